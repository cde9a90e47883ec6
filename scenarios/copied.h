#pragma once

#include <memory>
#include <utility>

namespace scenarios {

// An object behind an interface that is copied as a value: T::Clone() makes the copy.
template <class T>
class Copied {
 public:
  explicit Copied(std::unique_ptr<T> object) : object_(std::move(object)) {}
  Copied(const Copied& other) : object_(other.object_->Clone()) {}
  Copied(Copied&&) noexcept = default;
  Copied& operator=(const Copied& other) {
    object_ = other.object_->Clone();
    return *this;
  }
  Copied& operator=(Copied&&) noexcept = default;
  ~Copied() = default;

  T* operator->() { return object_.get(); }
  const T* operator->() const { return object_.get(); }

 private:
  std::unique_ptr<T> object_;
};

}  // namespace scenarios
