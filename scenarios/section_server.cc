#include "scenarios/sections.h"

namespace scenarios {
namespace {

using batcher::FieldUnit;
using mock_server::ServiceOptions;

constexpr double kHourNs = 3600e9;

void DescribeRateLimit(FieldVisitor& visitor, mock_server::RateLimit& limit) {
  VisitNumber(visitor,
              {.name = "rate",
               .unit = FieldUnit::kRate,
               .meaning = "HTTP requests per time that are let in; others get a 429.",
               .minimum = 0.0001,
               .maximum = 1e9},
              limit.rate_per_second);
  VisitNumber(visitor,
              {.name = "burst",
               .unit = FieldUnit::kNumber,
               .meaning = "HTTP requests let in at once, after a pause.",
               .minimum = 1},
              limit.burst);
  VisitNumber(visitor,
              {.name = "counts_polls",
               .unit = FieldUnit::kFlag,
               .meaning = "Whether polls count for the rate."},
              limit.counts_polls);
  VisitNumber(visitor,
              {.name = "retry_after",
               .unit = FieldUnit::kDuration,
               .meaning = "The pause that a 429 asks for.",
               .maximum = kHourNs},
              limit.retry_after);
}

void DescribeBatch(FieldVisitor& visitor, ServiceOptions& options) {
  visitor.Kind({"base", "Time of a batch, whatever its size."}, LatencySet(), options.batch_base);
  VisitNumber(visitor,
              {.name = "per_item",
               .unit = FieldUnit::kDuration,
               .meaning = "Added for each address.",
               .maximum = kHourNs},
              options.batch_per_item);
  visitor.OptionalKind({"jitter", "Multiplies the whole, scaled to mean 1; null: no jitter."},
                       JitterSet(), options.jitter);
}

void DescribeStatuses(FieldVisitor& visitor, ServiceOptions& options) {
  VisitNumber(visitor,
              {.name = "unknown_id",
               .unit = FieldUnit::kCount,
               .meaning = "HTTP status of a poll for a batch that the server doesn't know.",
               .minimum = 200,
               .maximum = 599},
              options.unknown_id_status);
  VisitNumber(visitor,
              {.name = "empty_batch",
               .unit = FieldUnit::kCount,
               .meaning = "HTTP status of a batch without addresses.",
               .minimum = 200,
               .maximum = 599},
              options.empty_batch_status);
}

}  // namespace

void DescribeServer(FieldVisitor& visitor, ServiceOptions& options) {
  visitor.Kind({"single", "Time of a single call."}, LatencySet(), options.single);
  visitor.Section({"batch", "Time of a batch."},
                  [&](FieldVisitor& section) { DescribeBatch(section, options); });
  VisitWord(visitor,
            {"batch_mode",
             "pending: a batch is accepted at once and fetched by polls; immediate: it is "
             "answered when done, like a single call."},
            {"pending", "immediate"}, options.batch_mode);
  VisitNumber(
      visitor,
      {.name = "workers",
       .unit = FieldUnit::kCount,
       .meaning = "Single calls and batches worked on at once, the others queue; polls need no "
                  "worker; null: no limit.",
       .minimum = 1,
       .maximum = 1e6,
       .optional = true},
      options.workers);
  VisitOptional(visitor, {"rate_limit", "HTTP requests that are let in; null: all."},
                options.rate_limit, DescribeRateLimit);
  VisitNumber(
      visitor,
      {.name = "quota",
       .unit = FieldUnit::kCount,
       .meaning =
           "Credits for each 24 h from the start: 1 a single call, 0.5 an address of a batch, "
           "polls free; a request for more than is left costs nothing and gets a 429 whose "
           "text tells of the quota; null: no end of credits.",
       .maximum = 1e9,
       .optional = true},
      options.quota);
  DescribeStatuses(visitor, options);
  visitor.KindList({"faults",
                    "Faults on purpose: of those that can hit an HTTP request, the first one that "
                    "does is done."},
                   FaultSet(), options.faults);
}

}  // namespace scenarios
