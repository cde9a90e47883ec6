#include "mock_server/fault_kinds.h"

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"

namespace mock_server {
namespace {

using batcher::Choice;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::FormatDuration;
using batcher::KindSpec;

constexpr double kDayNs = 24 * 3600e9;
constexpr double kHourNs = 3600e9;

// The requests that a kind can hit.
using Requests = std::vector<std::string_view>;

Requests Any() { return {kAskedForNames.begin(), kAskedForNames.end()}; }
// Those that a batch is answered to.
Requests OfBatches() { return {"submit", "poll"}; }

FieldSpec Rate() {
  return {.name = "rate",
          .unit = FieldUnit::kNumber,
          .meaning = "The probability for each HTTP request that it can hit; 1: every one.",
          .fallback = 1,
          .maximum = 1};
}

FieldSpec On(Requests requests) {
  const auto all = static_cast<double>((1U << requests.size()) - 1);
  return {.name = "on",
          .unit = FieldUnit::kWords,
          .meaning = "The HTTP requests that it hits.",
          .fallback = all,
          .words = std::move(requests)};
}

std::vector<FieldSpec> When() {
  return {{.name = "from",
           .unit = FieldUnit::kDuration,
           .meaning = "After the start of the run.",
           .fallback = 0,
           .maximum = kDayNs},
          {.name = "for",
           .unit = FieldUnit::kDuration,
           .meaning = "So long; none: to the end.",
           .minimum = 1,
           .maximum = kDayNs,
           .optional = true},
          {.name = "every",
           .unit = FieldUnit::kDuration,
           .meaning = "From one beginning to the next; none: once. At least for.",
           .minimum = 1,
           .maximum = kDayNs,
           .optional = true}};
}

// `own` are the kind's own fields.
KindSpec Row(FaultKind kind, std::string_view meaning, std::vector<FieldSpec> own,
             Requests requests) {
  KindSpec row{.name = Name(kind), .meaning = meaning, .fields = std::move(own)};
  if (requests.size() > 1) {
    row.fields.push_back(On(std::move(requests)));
  }
  if (kind != FaultKind::kRefused) {
    row.fields.push_back(Rate());
  }
  std::ranges::move(When(), std::back_inserter(row.fields));
  return row;
}

std::vector<FieldSpec> StatusFields() {
  return {{.name = "status",
           .unit = FieldUnit::kCount,
           .meaning = "The HTTP status.",
           .fallback = 500,
           .minimum = 400,
           .maximum = 599},
          {.name = "retry_after",
           .unit = FieldUnit::kDuration,
           .meaning = "The pause that the header Retry-After asks for, in whole seconds, rounded "
                      "up; none: there is no such header.",
           .maximum = kHourNs,
           .optional = true},
          {.name = "html",
           .unit = FieldUnit::kFlag,
           .meaning = "Whether the body is a page of HTML, as proxies write it, instead of JSON.",
           .fallback = 0}};
}

std::vector<KindSpec> FailureRows() {
  return {
      Row(FaultKind::kStatus, "An error in place of the answer; the service does no work.",
          StatusFields(), Any()),
      Row(FaultKind::kRefused,
          "Nobody listens: connections are refused and those that are open end, with the requests "
          "on them. By time only: who listens has taken a connection before it can refuse it (see "
          "closed).",
          {}, {}),
      Row(FaultKind::kReset,
          "The connection is reset in place of the answer; the service does no work.", {}, Any()),
      Row(FaultKind::kClosed,
          "The connection is closed in place of the answer; the service does no work.", {}, Any()),
      Row(FaultKind::kHang,
          "No answer ever comes, and the connection stays open until the client leaves; the "
          "service does no work.",
          {}, Any()),
  };
}

std::vector<KindSpec> SpoiltReplyRows() {
  return {
      Row(FaultKind::kCut,
          "The connection is closed after half of the body: the service has done its work, and "
          "charges.",
          {}, Any()),
      Row(FaultKind::kDrip, "The body comes in small pieces.",
          {{.name = "over",
            .unit = FieldUnit::kDuration,
            .meaning = "From the head of the reply to the end of its body.",
            .fallback = 1e9,
            .maximum = kHourNs}},
          Any()),
      Row(FaultKind::kGarbage, "The body is no JSON: the service has done its work, and charges.",
          {}, Any()),
      Row(FaultKind::kTruncated,
          "The JSON ends half-way, in a reply that is complete: the service has done its work, "
          "and charges.",
          {}, Any()),
  };
}

std::vector<KindSpec> ItemRows() {
  return {
      Row(FaultKind::kMissingItem, "One item of a batch answer is left out.", {}, OfBatches()),
      Row(FaultKind::kExtraItem,
          "An item for an address that nobody asked for is put somewhere into a batch answer.", {},
          OfBatches()),
      Row(FaultKind::kDuplicateItem, "One item of a batch answer is there twice.", {}, OfBatches()),
      Row(FaultKind::kReorderedItems, "The items of a batch answer come in another order.", {},
          OfBatches()),
      Row(FaultKind::kWrongText,
          "One item of an answer is for another address, and says so in its query.text.", {},
          Any()),
      Row(FaultKind::kLostJob, "The service forgets the batch that is polled for: 404.", {},
          {"poll"}),
      Row(FaultKind::kNeverReady, "A batch is accepted, and pending for ever.", {}, {"submit"}),
      Row(FaultKind::kNoId, "A batch is accepted with a 202 that has no id.", {}, {"submit"}),
  };
}

std::vector<KindSpec> MakeKinds() {
  std::vector<KindSpec> rows = FailureRows();
  std::ranges::move(SpoiltReplyRows(), std::back_inserter(rows));
  std::ranges::move(ItemRows(), std::back_inserter(rows));
  CHECK(rows.size() == kFaultNames.size());
  return rows;
}

}  // namespace

const std::vector<KindSpec>& FaultKinds() {
  static const std::vector<KindSpec> kinds = MakeKinds();
  return kinds;
}

FaultKind FaultKindOf(const Choice& choice) {
  const auto found = std::ranges::find(kFaultNames, choice.kind());
  CHECK(found != kFaultNames.end());
  return static_cast<FaultKind>(found - kFaultNames.begin());
}

std::optional<std::string> FaultProblem(const Choice& choice) {
  if (!choice.Has("every")) {
    return std::nullopt;
  }
  if (!choice.Has("for")) {
    return "found every alone, wanted for with it";
  }
  if (choice.Time("every") < choice.Time("for")) {
    return "every (" + FormatDuration(choice.Time("every")) + ") is below for (" +
           FormatDuration(choice.Time("for")) + ")";
  }
  return std::nullopt;
}

}  // namespace mock_server
