#include <utility>

#include "batcher/base/random.h"
#include "scenarios/arrival_kinds.h"
#include "scenarios/trace.h"

namespace scenarios {
namespace {

using batcher::Choice;
using batcher::Error;

// The gaps between the arrivals of a trace in random order, each as likely as any other at every
// draw. Source: Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7
// (1979).
class Resampled final : public ArrivalSourceOf<Resampled> {
 public:
  Resampled(Trace trace, std::uint64_t seed) : trace_(std::move(trace)), draws_(seed, "arrivals") {}

  std::optional<Arrival> Next() {
    const std::size_t before = draws_.Below(trace_->size() - 1);
    const batcher::Duration gap = (*trace_)[before + 1] - (*trace_)[before];
    return ArriveAfter(static_cast<double>(gap.count()), at_);
  }

 private:
  Trace trace_;  // Not all at one time.
  batcher::RandomStream draws_;
  batcher::Instant at_;
};

batcher::Result<ArrivalStream> Open(const Choice& choice, std::uint64_t seed) {
  const std::string& path = choice.Text("file");
  batcher::Result<Trace> trace = ReadTrace(path, choice.Number("speed"));
  if (!trace) {
    return trace.error();
  }
  const std::vector<batcher::Instant>& times = **trace;
  const batcher::Duration length = times.back() - times.front();
  if (length == batcher::Duration(0)) {
    return Error{path + ": found all arrivals at one time, wanted a gap to draw from"};
  }
  const double mean_gap_s = batcher::ToSeconds(length) / static_cast<double>(times.size() - 1);
  if (const auto problem = LengthProblem(choice, 1 / mean_gap_s)) {
    return Error{path + ": " + *problem};
  }
  return ArrivalStream(std::make_unique<Resampled>(std::move(*trace), seed), BoundsOf(choice));
}

}  // namespace

ArrivalKind EmpiricalArrivals() {
  return {
      .spec = {.name = "empirical",
               .meaning = "The gaps of a recording in random order, each drawn again and again: "
                          "its distribution without its history.",
               .fields = WithBounds(TraceFields())},
      .stationary = true,
      .problem = BoundsProblem,
      .open = Open};
}

}  // namespace scenarios
