#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace batcher {

// Mistakes that can be planted in the batcher, to prove that whoever looks for such mistakes finds
// them. Each stands where somebody could have made it, as `Planted(Defect::k...)`. Without
// BATCHLAB_DEFECTS, which no library that is installed is built with, that is the constant `false`.
enum class Defect : std::uint8_t {
  kNone,
  kStaleTimer,         // the end of a sleep of an ended batch wakes the one that has its slot now
  kLostWakeUp,         // a call that fills a batch does not wake the thread
  kResultOffByOne,     // each call gets the result of the next entry
  kLeakedWaiter,       // a call that shares its entry is ended and its caller never told
  kDoubleCompletion,   // the caller of a call that timed out is told twice
  kDroppedOnDrain,     // a batch that leaves because of a drain is never sent
  kUncheckedEcho,      // a result goes to the key at its index, whichever it names
  kRetryOn400,         // what the service refused for good is sent again
  kPollWithoutEnd,     // a poll that fails is repeated however often it has failed
  kSlotNotReturned,    // a batch that all its callers have left keeps its slot
  kCancelOfNeighbour,  // a cancel ends the next call
  kForgottenWaiter,    // of the calls that share an entry the last one is not ended
};

inline constexpr std::array<std::string_view, 13> kDefectNames = {"none",
                                                                  "stale_timer",
                                                                  "lost_wake_up",
                                                                  "result_off_by_one",
                                                                  "leaked_waiter",
                                                                  "double_completion",
                                                                  "dropped_on_drain",
                                                                  "unchecked_echo",
                                                                  "retry_on_400",
                                                                  "poll_without_end",
                                                                  "slot_not_returned",
                                                                  "cancel_of_neighbour",
                                                                  "forgotten_waiter"};

#ifdef BATCHLAB_DEFECTS

// The one that the environment's BATCHLAB_DEFECT names, as of the first question; else none.
inline Defect ChosenDefect() {
  static const Defect chosen = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment any more.
    const char* const name = std::getenv("BATCHLAB_DEFECT");
    for (std::size_t i = 0; name != nullptr && i < kDefectNames.size(); ++i) {
      if (kDefectNames[i] == name) {
        return static_cast<Defect>(i);
      }
    }
    return Defect::kNone;
  }();
  return chosen;
}

inline bool Planted(Defect defect) { return ChosenDefect() == defect; }

#else

constexpr bool Planted(Defect /*defect*/) { return false; }

#endif

}  // namespace batcher
