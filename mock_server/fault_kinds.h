#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/kinds.h"

namespace mock_server {

// What a service can do wrong on purpose. In the order of FaultKinds.
enum class FaultKind : std::uint8_t {
  kStatus,
  kRefused,
  kReset,
  kClosed,
  kHang,
  kCut,
  kDrip,
  kGarbage,
  kTruncated,
  kMissingItem,
  kExtraItem,
  kDuplicateItem,
  kReorderedItems,
  kWrongText,
  kLostJob,
  kNeverReady,
  kNoId,
};

inline constexpr std::array<std::string_view, 17> kFaultNames = {
    "status",      "refused",        "reset",           "closed",     "hang",
    "cut",         "drip",           "garbage",         "truncated",  "missing_item",
    "extra_item",  "duplicate_item", "reordered_items", "wrong_text", "lost_job",
    "never_ready", "no_id"};

constexpr std::string_view Name(FaultKind kind) {
  return kFaultNames[static_cast<std::size_t>(kind)];
}

// Where the item of a batch answer is not what was asked for: these hit nothing but such answers.
constexpr bool IsOfItems(FaultKind kind) {
  return kind >= FaultKind::kMissingItem && kind <= FaultKind::kWrongText;
}

// What is asked of the service.
enum class AskedFor : std::uint8_t { kSingle, kSubmit, kPoll };

inline constexpr std::array<std::string_view, 3> kAskedForNames = {"single", "submit", "poll"};

// status {status, retry_after, html}, drip {over}, and for all but `refused` rate and on (where
// there is a choice), for all from, for, every: when.
const std::vector<batcher::KindSpec>& FaultKinds();

// The kind of a choice of FaultKinds.
[[nodiscard]] FaultKind FaultKindOf(const batcher::Choice& choice);

// What is wrong with a choice of FaultKinds whose fields are each in range, as a sentence's end;
// none if it can be used.
[[nodiscard]] std::optional<std::string> FaultProblem(const batcher::Choice& choice);

// The fields that say how often and when, which mean the same for every kind that has them.
inline constexpr std::array<std::string_view, 4> kFaultTimingFields = {"rate", "from", "for",
                                                                       "every"};

}  // namespace mock_server
