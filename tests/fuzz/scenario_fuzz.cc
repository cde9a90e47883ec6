// Goal: whatever stands in a scenario file and behind --set, it is read or refused in a sentence;
// and what is read can be written, is read back as the same, and can be put to work.
// Method: lines that begin with "--set " stand for that option, the rest is the file.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/core/options.h"
#include "mock_server/faulty_service.h"
#include "scenarios/arrivals.h"
#include "scenarios/dump.h"
#include "scenarios/keys.h"
#include "scenarios/load.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

using scenarios::Scenario;

constexpr std::string_view kSet = "--set ";
constexpr std::size_t kMostDrawn = 100;

std::string NameOf(std::string_view path) { return std::string(path); }

void ReadsBackAsTheSame(const std::string& dumped) {
  const batcher::Result<Scenario> again =
      scenarios::ParseScenario(dumped, NameOf("/elsewhere/again.json"));
  CHECK(again.has_value());
  CHECK(scenarios::DumpScenario(*again) == dumped);
}

void ServiceWorks(Scenario scenario) {
  // Memory for a million of them takes its time, and nothing else.
  constexpr std::size_t kMostWorkers = 64;
  if (scenario.server.workers) {
    scenario.server.workers = std::min(*scenario.server.workers, kMostWorkers);
  }
  mock_server::FaultyService service(scenario.server, scenario.seed);
  const batcher::Instant start = batcher::At(std::chrono::seconds(1));
  for (std::uint64_t ordinal = 0; ordinal < 4; ++ordinal) {
    const mock_server::FaultyServed single = service.Single({.ordinal = ordinal}, start);
    CHECK(single.fault || single.served.ready >= start);
    const mock_server::FaultyServed batch = service.Batch(1000, {.ordinal = ordinal}, start);
    CHECK(batch.fault || batch.served.ready >= start);
    mock_server::Job job{.ready = batch.served.ready};
    const mock_server::FaultyServed poll = service.Poll(&job, start);
    CHECK(poll.fault || poll.served.ready >= start);
  }
}

void CallsCome(const Scenario& scenario) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  CHECK(arrivals.has_value());
  batcher::Instant last{};
  for (std::size_t i = 0; i < kMostDrawn; ++i) {
    const auto arrival = arrivals->Next();
    if (!arrival) {
      break;
    }
    CHECK(arrival->at >= last);
    CHECK(arrival->ordinal == i);
    last = arrival->at;
    arrivals->Ended(arrival->ordinal, last);
  }
}

void KeysHaveTexts(const Scenario& scenario) {
  // A table of millions of keys is made in good time, but not in that of a fuzzer.
  constexpr double kMostKeys = 10'000;
  if (scenario.keys.Has("distinct") && scenario.keys.Number("distinct") > kMostKeys) {
    return;
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  CHECK(keys.has_value());
  for (std::size_t i = 0; i < kMostDrawn; ++i) {
    CHECK(!keys->KeyText(keys->Next()).empty());
  }
}

void Try(Input input) {
  std::vector<std::string> overrides;
  while (input.rest().starts_with(kSet)) {
    overrides.emplace_back(input.TakeLine().substr(kSet.size()));
  }
  const batcher::Result<Scenario> scenario =
      scenarios::ParseScenario(input.rest(), NameOf("folder/scenario.json"), overrides);
  if (!scenario) {
    const std::string& message = scenario.error().message;
    CHECK(message.starts_with("folder/scenario.json: ") || message.starts_with("--set \""));
    return;
  }
  const std::string dumped = scenarios::DumpScenario(*scenario);
  ReadsBackAsTheSame(dumped);
  CHECK(!batcher::ProblemOf(scenario->batcher));
  CHECK(!batcher::ProblemOf(scenario->client));
  if (dumped.find(R"("file": ")") ==
      std::string::npos) {  // Else it may be any file of this machine.
    ServiceWorks(*scenario);
    CallsCome(*scenario);
    KeysHaveTexts(*scenario);
  }
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
