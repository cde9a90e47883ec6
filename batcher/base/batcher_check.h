#pragma once

namespace batcher {

// Prints the place and the broken condition to stderr, then aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace batcher

// A mistake of the programmer ends the program in every build: going on would hand somebody a wrong
// answer. Bad input from outside is never checked so; it becomes an Error. Headers that others
// include say this long name: they may have a CHECK of their own. Our sources say CHECK (check.h).
#define BATCHER_CHECK(condition)                              \
  do {                                                        \
    if (!(condition)) [[unlikely]] {                          \
      ::batcher::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                         \
  } while (false)
