#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"
#include "batcher/base/time.h"
#include "scenarios/copied.h"

namespace scenarios {

struct Scenario;

inline constexpr std::uint32_t kNoBurst = std::numeric_limits<std::uint32_t>::max();

// When a call comes in.
struct Arrival {
  batcher::Instant at;
  std::uint64_t ordinal = 0;       // 0, 1, 2 ... in the order of arrival
  std::uint32_t burst = kNoBurst;  // which burst it belongs to, from 0
  std::uint32_t caller = 0;        // who calls, where callers wait for their answers
};

// Makes the times of one kind of arrivals, in ascending order. A source is a file of its own and a
// line in the registry; it derives from ArrivalSourceOf below.
class ArrivalSource {
 public:
  virtual ~ArrivalSource() = default;

  // Writes the next arrivals to the front of `block`, their ordinals not yet set, and answers how
  // many. Fewer than fit: there are no more, now and ever after.
  virtual std::size_t Fill(std::span<Arrival> block) = 0;

  // The next arrival of a caller whose call has ended at `ended`; none: nobody waits for answers.
  virtual std::optional<Arrival> Again(std::uint32_t /*caller*/, batcher::Instant /*ended*/) {
    return std::nullopt;
  }

  // Goes on with the same arrivals.
  [[nodiscard]] virtual std::unique_ptr<ArrivalSource> Clone() const = 0;

 protected:
  ArrivalSource() = default;
  ArrivalSource(const ArrivalSource&) = default;
  ArrivalSource& operator=(const ArrivalSource&) = default;
};

// A source of the class `Self`, which is copied as a value and has a function
//   std::optional<Arrival> Next();
// that answers the next arrival, or none if there are no more, now and ever after. A block of them
// costs one virtual call.
template <class Self>
class ArrivalSourceOf : public ArrivalSource {
 public:
  std::size_t Fill(std::span<Arrival> block) final {
    std::size_t filled = 0;
    while (filled < block.size()) {
      const std::optional<Arrival> next = static_cast<Self&>(*this).Next();
      if (!next) {
        break;
      }
      block[filled++] = *next;
    }
    return filled;
  }
  [[nodiscard]] std::unique_ptr<ArrivalSource> Clone() const final {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }

 private:
  friend Self;
  ArrivalSourceOf() = default;
};

// Where a source that would go on for ever is cut.
struct ArrivalBounds {
  std::optional<std::uint64_t> count;       // arrivals in all
  std::optional<batcher::Duration> length;  // arrivals before this time
};

// The arrivals of a run, made one by one: memory does not grow with their number. A value: a copy
// goes on with the same arrivals. Not thread-safe.
class ArrivalStream {
 public:
  ArrivalStream(std::unique_ptr<ArrivalSource> source, const ArrivalBounds& bounds,
                bool waits = false);

  // When the next arrival is; kNever: there is none, now and ever after, or, where callers wait for
  // their answers, until a call has ended.
  [[nodiscard]] batcher::Instant next_at() {
    const batcher::Instant at = next_ < filled_ || Fetch() ? block_[next_].at : batcher::kNever;
    return repeated_.empty() ? at : std::min(at, repeated_.front().at);
  }

  // The next arrival, never before the one that came last; none: as above.
  std::optional<Arrival> Next() {
    return next_at() == batcher::kNever ? std::nullopt : std::optional(Take());
  }

  // The next arrival. REQUIRES: next_at() has just answered another time than kNever.
  Arrival Take() {
    if (waits_) {
      return TakeOfCaller();
    }
    Arrival arrival = block_[next_++];
    arrival.ordinal = next_ordinal_++;
    return arrival;
  }

  // The call has ended: where callers wait for their answers, who made it will call again.
  void Ended(std::uint64_t ordinal, batcher::Instant at) {
    if (waits_) {
      Repeat(ordinal, at);
    }
  }
  // Whether callers wait for their answers, so that Ended must be told.
  [[nodiscard]] bool waits() const { return waits_; }

  // The end of arrivals that are bounded by time; none: they end with the last of them.
  [[nodiscard]] std::optional<batcher::Instant> End() const {
    return end_ == kNoEnd ? std::nullopt : std::optional(end_);
  }

  // How much of the run an arrival at `at` ends, in 0 .. 1.
  [[nodiscard]] double ShareDone(batcher::Instant at) const {
    const double calls = static_cast<double>(next_ordinal_) / static_cast<double>(count_);
    const double time = static_cast<double>(at.time_since_epoch().count()) /
                        static_cast<double>(end_.time_since_epoch().count());
    return std::clamp(std::max(calls, time), 0.0, 1.0);
  }

 private:
  static constexpr batcher::Instant kNoEnd = batcher::kNever;

  // The next block of the source; false if it has none.
  bool Fetch();
  Arrival TakeOfCaller();
  void Repeat(std::uint64_t ordinal, batcher::Instant at);

  Copied<ArrivalSource> source_;
  bool waits_;
  std::uint64_t next_ordinal_ = 0;
  std::uint64_t count_;            // Reached by next_ordinal_ when there are no more.
  batcher::Instant end_;           // kNoEnd: bounded by count_ or by the source itself.
  std::array<Arrival, 64> block_;  // Of the source: next_ to filled_ are still to come.
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  bool exhausted_ = false;         // The source has no more.
  std::vector<Arrival> repeated_;  // A heap, the earliest in front: calls of those who call again.
  std::unordered_map<std::uint64_t, std::uint32_t> caller_of_;  // by ordinal, of calls not ended
};

// One row of the registry.
struct ArrivalKind {
  batcher::KindSpec spec;
  // Callers wait for their answers before they call again: see ArrivalStream::Ended.
  bool waits = false;
  // Its statistics do not change with time, so that a warm-up may be cut off and a longer run is a
  // better one. The start may differ: gaps are drawn from there as if a call had just come.
  bool stationary = false;
  // What is wrong with a choice whose fields are each in range, as a sentence's end; null: nothing.
  std::optional<std::string> (*problem)(const batcher::Choice& choice) = nullptr;
  // Reads files, if the kind has any. REQUIRES: problem(choice) found none.
  batcher::Result<ArrivalStream> (*open)(const batcher::Choice& choice,
                                         std::uint64_t seed) = nullptr;
};

// All kinds of arrivals, in the order of the documents.
const std::vector<ArrivalKind>& ArrivalKinds();

// Null if there is no such kind.
const ArrivalKind* FindArrivalKind(std::string_view name);

// Whether arrivals of this choice are of a stationary kind. REQUIRES: a choice of ArrivalKinds.
[[nodiscard]] bool IsStationary(const batcher::Choice& choice);

// Whether they are, and have a count that may be raised for a longer run. REQUIRES: as above.
[[nodiscard]] bool TakesCount(const batcher::Choice& choice);

// What is wrong with a choice beyond the range of each field ("found both count and for, wanted one
// of them"), as a sentence's end; none if it can be used.
[[nodiscard]] std::optional<std::string> ArrivalProblem(const batcher::Choice& choice);

// The arrivals of a scenario, from time 0. A trace is read once, here; copies of the stream share
// it. An unreadable trace is an error that names the line.
[[nodiscard]] batcher::Result<ArrivalStream> OpenArrivals(const Scenario& scenario);

}  // namespace scenarios
