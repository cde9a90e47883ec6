#pragma once

#include <string>

#include "bench/hunt/case.h"
#include "bench/hunt/run.h"
#include "bench/hunt/search.h"

namespace hunt {

// A find, for people: what broke, the smallest case that shows it, and how to see it again.
struct FindReport {
  Case found = {};           // as drawn
  Case smallest = {};        // as shrunk
  Broken broken = {};        // what the smallest does
  std::string program = {};  // the command
  std::string file = {};     // where the smallest case was written
};
[[nodiscard]] std::string FindText(const FindReport& report);
[[nodiscard]] std::string FindJson(const FindReport& report);

// What a hunt without a find has done.
struct HuntTimes {
  double wall_s = 0;
  double cpu_s = 0;  // of all threads
};
[[nodiscard]] std::string QuietText(const SearchResult& result, const HuntTimes& times);
[[nodiscard]] std::string QuietJson(const SearchResult& result, const HuntTimes& times);

}  // namespace hunt
