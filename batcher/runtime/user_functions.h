#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

#include "batcher/runtime/completion.h"
#include "batcher/runtime/endpoint.h"

namespace batcher {

// A std::function that can be made of anything: what does not fit is told of in one sentence, by
// `Fits`, not by pages about templates.
template <class Signature, template <class> class Fits>
class UserFunction : public std::function<Signature> {
 public:
  UserFunction() = default;
  UserFunction(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): as that of std::function
  // Not explicit, as that of std::function; the constraint leaves copies and moves alone.
  template <class Function>
  requires(!std::derived_from<std::remove_cvref_t<Function>, UserFunction>)
      // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
      UserFunction(Function&& given)
      : std::function<Signature>(Checked(std::forward<Function>(given))) {}

 private:
  template <class Function>
  static std::function<Signature> Checked(Function&& given) {
    // Without a second message of the library for the same fault.
    if constexpr (Fits<std::decay_t<Function>&>::kFits) {
      return std::forward<Function>(given);
    } else {
      return {};
    }
  }
};

// What is asked of the functions of BatchFunctions.
template <class Key, class Value>
struct UserFunctionRules {
  using Keys = std::span<const Key>;
  using Results = std::vector<ItemResult<Value>>;

  template <class Function>
  struct Batch {
    static constexpr bool kTakes = std::is_invocable_v<Function, Keys, std::stop_token>;
    static constexpr bool kFits = std::is_invocable_r_v<Results, Function, Keys, std::stop_token>;
    static_assert(kTakes, "batch: must take (std::span<const Key>, std::stop_token)");
    static_assert(!kTakes || kFits,
                  "batch: must answer std::vector<batcher::ItemResult<Value>>, a result a key");
  };
  template <class Function>
  struct Start {
    static constexpr bool kFits = std::is_invocable_v<Function, Keys, Completion<Value>>;
    static_assert(kFits, "start: must take (std::span<const Key>, batcher::Completion<Value>)");
  };
  template <class Function>
  struct Single {
    static constexpr bool kTakes = std::is_invocable_v<Function, const Key&, std::stop_token>;
    static constexpr bool kFits =
        std::is_invocable_r_v<ItemResult<Value>, Function, const Key&, std::stop_token>;
    static_assert(kTakes, "single: must take (const Key&, std::stop_token)");
    static_assert(!kTakes || kFits, "single: must answer batcher::ItemResult<Value>");
  };
  template <class Function>
  struct Bytes {
    static constexpr bool kFits = std::is_invocable_r_v<std::size_t, Function, const Key&>;
    static_assert(kFits, "bytes_of: must take (const Key&) and answer std::size_t");
  };
};

}  // namespace batcher
