#include "bench/verify_case.h"

#include <algorithm>

namespace bench {

const std::vector<VerifyCase>& VerifyCases() {
  static const std::vector<VerifyCase> cases = [] {
    std::vector<VerifyCase> all;
    for (auto& some : {QueueCases(), WindowCases(), NaturalCases(), PollCases()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return cases;
}

const VerifyCase* FindVerifyCase(std::string_view name) {
  const auto& cases = VerifyCases();
  const auto found = std::ranges::find_if(
      cases, [name](const VerifyCase& verify_case) { return verify_case.spec.name == name; });
  return found == cases.end() ? nullptr : &*found;
}

}  // namespace bench
