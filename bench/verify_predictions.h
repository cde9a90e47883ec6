#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "bench/verify_case.h"

namespace bench {

// The quantities that cases have in common, each with its exact value. Times in seconds; waits run
// from the submit until the batch leaves, latencies until the answer is here.
[[nodiscard]] Prediction MeanWait(double exact);
[[nodiscard]] Prediction MeanLatency(double exact);
[[nodiscard]] Prediction CallsPerBatch(double exact);
[[nodiscard]] Prediction BatchesPerCall(double exact);
[[nodiscard]] Prediction CallsQueued(double exact);      // on average over time
[[nodiscard]] Prediction BatchesInFlight(double exact);  // on average over time
[[nodiscard]] Prediction ShareWaiting(double exact);     // of the calls that wait at all
[[nodiscard]] Prediction PollsPerBatch(double exact);

// A quantile of the waits, or of the latencies, by the share that is up to it: that has no bias,
// unlike the quantile of a sample. `up_to` is the law.
[[nodiscard]] Prediction WaitQuantile(double share, const std::function<double(double)>& up_to);
[[nodiscard]] Prediction LatencyQuantile(double share, const std::function<double(double)>& up_to);

// The numbers of a case: in seconds, or per second.
[[nodiscard]] double SecondsOf(const batcher::Choice& numbers, std::string_view field);
[[nodiscard]] double RateOf(const batcher::Choice& numbers);

// Fields that cases have in common, with the number that stands there by default.
[[nodiscard]] batcher::FieldSpec RateField(double per_second);
[[nodiscard]] batcher::FieldSpec TimeField(std::string_view name, std::string_view meaning,
                                           double seconds);
[[nodiscard]] batcher::FieldSpec SizeField(std::string_view name, std::string_view meaning,
                                           double size);

// The overrides of a scenario with nothing but Poisson arrivals at the rate of the case, different
// keys, and no limits; a batch is answered at once by a service without end. `more` is added.
[[nodiscard]] std::vector<std::string> Bare(const batcher::Choice& numbers,
                                            const std::vector<std::string>& more);
// "path=20000000ns", the number of the case's field.
[[nodiscard]] std::string TimeAt(std::string_view path, const batcher::Choice& numbers,
                                 std::string_view field);

// A sentence if more than `most` of the slots' time is asked for: near the limit a run would have
// to be too long.
[[nodiscard]] std::optional<std::string> LoadProblem(double load, double most = 0.97);
// A sentence if a batch has so many calls that the sums over all sizes take too long.
[[nodiscard]] std::optional<std::string> SizeProblem(double calls);

}  // namespace bench
