// Goal: the files that a scenario names (a trace, keys, samples of a latency) are read or refused
// in a sentence that names them, whatever their bytes. Method: the input is written to a file that
// each of their readers reads.

#include <algorithm>
#include <string>

#include "batcher/base/check.h"
#include "batcher/base/test_folder.h"
#include "mock_server/samples.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"
#include "scenarios/trace.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

constexpr std::size_t kMostDrawn = 20;

void ReadsTrace(const std::string& path) {
  for (const double speed : {1.0, 1e-3, 3.0}) {
    const auto trace = scenarios::ReadTrace(path, speed);
    if (!trace) {
      CHECK(trace.error().message.starts_with(path + ":"));
      continue;
    }
    batcher::Instant last;
    for (const batcher::Instant at : **trace) {
      CHECK(at >= last);
      last = at;
    }
  }
}

void ReadsSamples(const std::string& path) {
  const auto samples = mock_server::ReadSamples(path);
  if (!samples) {
    CHECK(samples.error().message.find(path) != std::string::npos);
    return;
  }
  CHECK(!samples->empty());
  for (const double sample : *samples) {
    CHECK(sample >= 0);
  }
}

void ReadsKeys(const std::string& path) {
  const auto texts = scenarios::ReadKeyTexts(path);
  CHECK(texts ? !texts->empty() : texts.error().message.starts_with(path + ": "));
  scenarios::Scenario scenario;
  scenario.keys = batcher::Choice(scenarios::FindKeyKind("file")->spec);
  scenario.keys.SetText("file", path);
  auto keys = scenarios::OpenKeys(scenario);
  for (std::size_t i = 0; keys && i < kMostDrawn; ++i) {
    const std::string text = keys->KeyText(keys->Next());
    CHECK(!texts || text.empty() || std::ranges::find(*texts, text) != texts->end());
  }
}

void Try(const Input& input) {
  static const batcher::TestFolder folder;
  const std::string csv = folder.Write("file.csv", input.rest());
  ReadsTrace(csv);
  ReadsSamples(csv);
  ReadsKeys(csv);
  ReadsKeys(folder.Write("file.txt", input.rest()));
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
