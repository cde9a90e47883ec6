#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scenarios {

// Watches the clock of a log by its stamps in the order of the rows: rows that are merely out of
// order (several writers), steps back (rows stay behind for long) and forward, and how fine it is.
class LogClock {
 public:
  // Of the next row. Nanoseconds on the log's clock.
  void Tell(std::int64_t stamp_ns, std::size_t line);

  // Sentences about what was seen.
  [[nodiscard]] std::vector<std::string> Warnings() const;

  // All stamps differ by multiples of it; 0: all are equal. Nanoseconds.
  [[nodiscard]] std::uint64_t step_ns() const { return step_ns_; }

 private:
  struct Seen {
    std::size_t count = 0;
    std::size_t line = 0;       // of the first
    std::uint64_t by_ns = 0;    // of the first
    std::uint64_t most_ns = 0;  // of all
    void Add(std::size_t at_line, std::uint64_t ns);
  };

  // A step back that may prove to be rows out of order.
  struct Suspect {
    std::size_t line = 0;
    std::uint64_t by_ns = 0;
    std::size_t rows = 0;       // so far, all behind front_ns_
    std::int64_t front_ns = 0;  // the largest stamp among them
    Seen unsorted = {};         // what unsorted_ is to be if it is a step
  };

  void TellBehind(std::int64_t stamp_ns, std::size_t line);

  bool any_ = false;
  std::int64_t last_ns_ = 0;
  std::int64_t front_ns_ = 0;  // the largest stamp since the last step back
  std::uint64_t step_ns_ = 0;
  std::optional<Suspect> suspect_;
  Seen unsorted_;
  Seen back_;
  Seen forward_;
};

}  // namespace scenarios
