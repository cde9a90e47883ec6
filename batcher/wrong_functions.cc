// What a user may get wrong: `wrong_functions.cmake` has the compiler refuse each, with a sentence.

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"

namespace {

using Keys = std::span<const std::string>;
using batcher::ItemResult;

struct Takes {
  std::vector<ItemResult<double>> operator()(const std::vector<std::string>& keys) const {
    return std::vector<ItemResult<double>>(keys.size());
  }
};
struct Answers {
  std::vector<double> operator()(Keys keys, const std::stop_token& /*stop*/) const {
    return std::vector<double>(keys.size());
  }
};
struct Starts {
  void operator()(Keys /*keys*/) const {}
};
struct AnswersOne {
  double operator()(const std::string& /*key*/, const std::stop_token& /*stop*/) const { return 1; }
};
struct Weighs {
  std::size_t operator()(Keys keys) const { return keys.size(); }
};

}  // namespace

int main() { const batcher::BatchFunctions<std::string, double> functions{WRONG}; }
