#include "scenarios/sections.h"

namespace scenarios {
namespace {

using batcher::FieldUnit;

constexpr double kHourNs = 3600e9;
constexpr double kDayNs = 24 * kHourNs;

void DescribeRateLimit(FieldVisitor& visitor, batcher::ClientRateLimit& limit) {
  VisitNumber(visitor,
              {.name = "rate",
               .unit = FieldUnit::kRate,
               .meaning = "HTTP requests per time, in the long run; polls count.",
               .minimum = 0.0001,
               .maximum = 1e9},
              limit.rate_per_second);
  VisitNumber(visitor,
              {.name = "burst",
               .unit = FieldUnit::kNumber,
               .meaning = "HTTP requests at once, after a pause.",
               .minimum = 1},
              limit.burst);
}

void DescribeCost(FieldVisitor& visitor, batcher::SendCost& cost) {
  VisitNumber(
      visitor,
      {.name = "per_request",
       .unit = FieldUnit::kDuration,
       .meaning = "Time of the client's machine for each HTTP request, one after the other. "
                  "Virtual time only.",
       .maximum = kHourNs},
      cost.per_request);
  VisitNumber(visitor,
              {.name = "per_item",
               .unit = FieldUnit::kDuration,
               .meaning = "The same for each address in it.",
               .maximum = kHourNs},
              cost.per_item);
}

void DescribeRetryBudget(FieldVisitor& visitor, batcher::RetryBudgetOptions& budget) {
  VisitNumber(visitor,
              {.name = "reserve",
               .unit = FieldUnit::kNumber,
               .meaning = "Retries at once; each takes one.",
               .minimum = 1,
               .maximum = 1e9},
              budget.reserve);
  VisitNumber(visitor,
              {.name = "share",
               .unit = FieldUnit::kNumber,
               .meaning = "Retries that an answer gives back, up to the reserve.",
               .maximum = 1e6},
              budget.share);
}

void DescribeRetries(FieldVisitor& visitor, batcher::WireOptions& options) {
  VisitNumber(
      visitor,
      {.name = "retries",
       .unit = FieldUnit::kCount,
       .meaning = "Consecutive failures of a batch that are repeated; the next one ends it.",
       .maximum = 1000},
      options.retries);
  VisitNumber(
      visitor,
      {.name = "backoff",
       .unit = FieldUnit::kDuration,
       .meaning = "The pause before the first retry; each further one is twice as long, each "
                  "drawn from 50 to 150 %.",
       .maximum = kHourNs},
      options.backoff);
  VisitNumber(visitor,
              {.name = "max_retry_after",
               .unit = FieldUnit::kDuration,
               .meaning = "The longest pause that the service gets by asking for it (Retry-After).",
               .maximum = kDayNs},
              options.max_retry_after);
  VisitOptional(visitor,
                {"retry_budget",
                 "Retries that all batches share, so that a failing service is not hammered; null: "
                 "each batch has its own alone."},
                options.retry_budget, DescribeRetryBudget);
  VisitNumber(
      visitor,
      {.name = "isolation_requests",
       .unit = FieldUnit::kCount,
       .meaning = "HTTP requests that a batch which fails for good may cost beyond its own, to "
                  "find the address at fault by halves; below 2: never.",
       .maximum = 1e6},
      options.isolation_requests);
  VisitNumber(visitor,
              {.name = "timeout",
               .unit = FieldUnit::kDuration,
               .meaning = "From a call's submit to its outcome, at most.",
               .minimum = 1,
               .maximum = kDayNs},
              options.timeout);
  VisitNumber(visitor,
              {.name = "attempt_timeout",
               .unit = FieldUnit::kDuration,
               .meaning = "For one HTTP request, at most.",
               .minimum = 1,
               .maximum = kDayNs},
              options.attempt_timeout);
}

void DescribeVirtualTime(FieldVisitor& visitor, Scenario& scenario) {
  visitor.Section({"cost", "What sending takes the client itself."},
                  [&](FieldVisitor& section) { DescribeCost(section, scenario.client.cost); });
  VisitNumber(
      visitor,
      {.name = "rtt",
       .unit = FieldUnit::kDuration,
       .meaning = "There and back over the network, for each HTTP request. Virtual time only.",
       .maximum = kHourNs},
      scenario.rtt);
  VisitNumber(visitor,
              {.name = "timer_lag",
               .unit = FieldUnit::kDuration,
               .meaning = "How late a sleeping thread wakes: the batcher's for a timer, the load "
                          "generator's for a call, the mock's from a delay. Virtual time only.",
               .maximum = kHourNs},
              scenario.timer_lag);
}

}  // namespace

void DescribeClient(FieldVisitor& visitor, Scenario& scenario) {
  batcher::WireOptions& options = scenario.client;
  visitor.Kind({"poll", "When a pending batch is asked for."}, PollSet(), options.poll);
  DescribeRetries(visitor, options);
  VisitNumber(visitor,
              {.name = "max_connections",
               .unit = FieldUnit::kCount,
               .meaning = "HTTP requests under way at once, at most.",
               .minimum = 1,
               .maximum = 10'000},
              options.max_connections);
  VisitOptional(visitor,
                {"rate_limit", "HTTP requests that the client lets itself send; null: no limit."},
                options.rate_limit, DescribeRateLimit);
  VisitNumber(visitor,
              {.name = "min_poll",
               .unit = FieldUnit::kDuration,
               .meaning = "Between two polls of a batch, and before the first, at least.",
               .maximum = kHourNs},
              options.min_poll);
  VisitNumber(visitor,
              {.name = "max_credits",
               .unit = FieldUnit::kNumber,
               .meaning = "Credits that may be spent (1 a single call, 0.5 an address of a batch); "
                          "what would exceed them is not sent, its calls fail; null: no limit.",
               .optional = true},
              options.max_credits);
  DescribeVirtualTime(visitor, scenario);
}

}  // namespace scenarios
