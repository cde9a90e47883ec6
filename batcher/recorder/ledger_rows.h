#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "batcher/base/time.h"
#include "batcher/core/records.h"

namespace batcher {

// calls.csv and batches.csv: the one place that says which columns they have and how a row is
// written, for whoever writes them. results/README.md says what each column holds. Fields by
// commas, rows by line feeds, nothing quoted; times are integer nanoseconds; what a record does not
// have is an empty field.

// A moment in the life of a record, by its name in files (there with "_ns" behind it).
template <class Record>
struct Stamp {
  std::string_view name;
  Instant Record::*at;
};

// The stamps of a record in the order in which they happen.
inline constexpr std::array<Stamp<CallRecord>, 9> kCallStamps = {{
    {"intended", &CallRecord::intended},
    {"submitted", &CallRecord::submitted},
    {"due", &CallRecord::due},
    {"dispatched", &CallRecord::dispatched},
    {"sent", &CallRecord::sent},
    {"attempted", &CallRecord::attempted},
    {"answered", &CallRecord::answered},
    {"replied", &CallRecord::replied},
    {"delivered", &CallRecord::delivered},
}};
inline constexpr std::array<Stamp<BatchRecord>, 6> kBatchStamps = {{
    {"due", &BatchRecord::due},
    {"dispatched", &BatchRecord::dispatched},
    {"sent", &BatchRecord::sent},
    {"attempted", &BatchRecord::attempted},
    {"answered", &BatchRecord::answered},
    {"replied", &BatchRecord::replied},
}};

// No row is longer, in bytes: every field of digits at its longest, and the names.
inline constexpr std::size_t kLongestRow = 20 * std::size_t{24};

// The first line of each file, with its line feed.
[[nodiscard]] std::string CallHeader();
[[nodiscard]] std::string BatchHeader();

// Appends the record's row, with its line feed. Allocates only if `rows` has no room for it.
void AppendRow(const CallRecord& call, std::string& rows);
void AppendRow(const BatchRecord& batch, std::string& rows);

}  // namespace batcher
