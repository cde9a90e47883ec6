#include <utility>

#include "scenarios/arrival_kinds.h"
#include "scenarios/recorded.h"
#include "scenarios/trace.h"

namespace scenarios {

std::vector<batcher::FieldSpec> TraceFields() {
  return {
      {.name = "file",
       .unit = batcher::FieldUnit::kFile,
       .meaning = "A CSV file with a header and a column arrival_ns: whole nanoseconds from the "
                  "start, ascending."},
      {.name = "speed",
       .unit = batcher::FieldUnit::kNumber,
       .meaning = "Divides the times: 2 replays twice as fast.",
       .fallback = 1,
       .minimum = 0.001,
       .maximum = 1e6}};
}

ArrivalKind TraceArrivals() {
  return {
      .spec = {.name = "trace", .meaning = "Replays recorded arrivals.", .fields = TraceFields()},
      .problem = nullptr,
      .open = [](const batcher::Choice& choice, std::uint64_t) -> batcher::Result<ArrivalStream> {
        batcher::Result<Trace> trace = ReadTrace(choice.Text("file"), choice.Number("speed"));
        if (!trace) {
          return trace.error();
        }
        return RecordedArrivals(std::move(*trace));
      }};
}

}  // namespace scenarios
