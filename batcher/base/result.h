#pragma once

#include <string>
#include <utility>
#include <variant>

#include "batcher/base/batcher_check.h"

namespace batcher {

// What is wrong with an input from outside, in one sentence for the user: what, where, found,
// wanted.
struct Error {
  std::string message;
};

// A value, or the Error that stands in its place. The members are named as those of std::expected,
// which the compilers of Debian 12 do not offer alike.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function can return either a value or an Error.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : content_(std::move(value)) {}
  Result(Error error) : content_(std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return std::holds_alternative<T>(content_); }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value().
  const T& value() const& { return Get(); }
  T& value() & { return Get(); }
  T&& value() && { return std::move(Get()); }
  const T& operator*() const& { return Get(); }
  T& operator*() & { return Get(); }
  T&& operator*() && { return std::move(Get()); }
  const T* operator->() const { return &Get(); }
  T* operator->() { return &Get(); }

  // REQUIRES: !has_value().
  const Error& error() const {
    BATCHER_CHECK(!has_value());
    return *std::get_if<Error>(&content_);
  }

 private:
  const T& Get() const {
    BATCHER_CHECK(has_value());
    return *std::get_if<T>(&content_);
  }
  T& Get() {
    BATCHER_CHECK(has_value());
    return *std::get_if<T>(&content_);
  }

  std::variant<T, Error> content_;
};

}  // namespace batcher
