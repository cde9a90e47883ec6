#pragma once

namespace batcher {

// Prints the place and the broken condition to stderr, then aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace batcher

// A mistake of the programmer ends the program in every build: going on would hand somebody a wrong
// answer. Bad input from outside is never CHECKed; it becomes an Error.
#define CHECK(condition)                                      \
  do {                                                        \
    if (!(condition)) [[unlikely]] {                          \
      ::batcher::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                         \
  } while (false)

// For what no input can reach: says why, and ends the program like a CHECK.
#define UNREACHABLE(why) ::batcher::CheckFailed(__FILE__, __LINE__, why)
