#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scenarios {

// How a log writes its times.
enum class TimeUnit : std::uint8_t { kNanoseconds, kMicroseconds, kMilliseconds, kSeconds, kIso };

// "ns", "us", "ms", "s", "iso".
[[nodiscard]] std::optional<TimeUnit> ParseTimeUnit(std::string_view name);

// From the end of a column's name: "arrival_ns", "took_ms"; none: it does not tell.
[[nodiscard]] std::optional<TimeUnit> UnitOfColumn(std::string_view name);

// From a value: ISO 8601, or a number of the size that dates from 1973 to 2286 have in one of the
// units, which do not overlap; none: it does not tell.
[[nodiscard]] std::optional<TimeUnit> UnitOfLook(std::string_view value,
                                                 bool decimal_comma = false);

// What a value of this unit is, for messages: "a number of milliseconds".
[[nodiscard]] std::string_view NameOf(TimeUnit unit);
// "ns", "iso", as options have it.
[[nodiscard]] std::string_view ShortNameOf(TimeUnit unit);

// Reads the times of one column. Numbers are read in decimal and exactly, with fractions and
// exponents; what is below a nanosecond is cut off. A value.
class TimeReader {
 public:
  // With `decimal_comma`, "1,5" is one and a half, beside "1.5".
  explicit TimeReader(TimeUnit unit, bool decimal_comma = false)
      : unit_(unit), decimal_comma_(decimal_comma) {}

  // Nanoseconds from the zero of the log's clock, for ISO 8601 from 1970 in UTC; spaces around it
  // do not count. None: it is not such a time, does not fit 64 bits, or has a zone where the first
  // time had none, or the other way round.
  [[nodiscard]] std::optional<std::int64_t> Read(std::string_view text);

  [[nodiscard]] TimeUnit unit() const { return unit_; }

 private:
  enum class Zone : std::uint8_t { kUnknown, kNone, kGiven };

  [[nodiscard]] std::optional<std::int64_t> ReadIso(std::string_view text);

  TimeUnit unit_;
  bool decimal_comma_;
  Zone zone_ = Zone::kUnknown;  // of the first time
};

// Without spaces at both ends.
[[nodiscard]] std::string_view Trimmed(std::string_view text);

}  // namespace scenarios
