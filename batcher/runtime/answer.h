#pragma once

#include <optional>
#include <string>

#include "batcher/core/outcome.h"

namespace batcher {

// What became of one call: its one outcome, and what goes with it. A plain value.
template <class Value>
struct Answer {
  Outcome outcome = Outcome::kMissingResult;
  std::optional<Value> value = {};  // if and only if the outcome is kValue
  int status = 0;                   // the last HTTP status of its batch; 0: none
  std::string message = {};         // one sentence for people, with kFailed...; else empty

  explicit operator bool() const { return value.has_value(); }
  // REQUIRES of both: there is a value.
  const Value& operator*() const { return *value; }
  const Value* operator->() const { return &*value; }
};

}  // namespace batcher
