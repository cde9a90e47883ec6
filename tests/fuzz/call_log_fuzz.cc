// Goal: no log of a user, however broken, crashes its reader, and one that is read keeps the
// promises of call_log.h; what is written of it as a trace is read back as the same calls.
// Method: a first line "#unit completion TIME DURATION" stands for the options (words may be empty:
// two spaces), the rest is the log; without such a line the options are those of nobody.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "batcher/base/check.h"
#include "batcher/base/test_folder.h"
#include "scenarios/call_log.h"
#include "scenarios/call_log_files.h"
#include "scenarios/describe_arrivals.h"
#include "scenarios/trace.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

using scenarios::CallLog;
using scenarios::CallLogOptions;
using scenarios::LoggedCall;

CallLogOptions TakeOptions(Input& input) {
  CallLogOptions options{.path = "log.csv"};
  if (input.rest().starts_with('#')) {
    std::string_view words = input.TakeLine().substr(1);
    options.time_unit = Input::TakeWord(words);
    options.time_is_completion = Input::TakeWord(words) == "completion";
    options.time_column = Input::TakeWord(words);
    options.duration_column = Input::TakeWord(words);
    options.duration_unit = Input::TakeWord(words);
  }
  return options;
}

void LogIsSound(const CallLog& log) {
  CHECK(log.calls.size() >= scenarios::kFewestCalls);
  CHECK(log.calls.front().at == batcher::Instant());
  const batcher::Duration length = log.calls.back().at - log.calls.front().at;
  CHECK(length >= scenarios::kShortestLog && length <= scenarios::kLongestLog);
  batcher::Instant last;
  for (const LoggedCall& call : log.calls) {
    CHECK(call.at >= last);
    CHECK(call.key < (log.keys.empty() ? log.calls.size() : log.keys.size()));
    CHECK(call.session < log.sessions || call.session == scenarios::kNoSession);
    CHECK(call.group < log.groups || call.group == scenarios::kNoGroup);
    CHECK(!call.ended || *call.ended >= call.at);
    last = call.at;
  }
  CHECK(scenarios::GapsOf(log.calls).size() + 1 == log.calls.size());
  CHECK(!scenarios::DescribeArrivals(log).empty());
}

void TraceIsTheSame(const CallLog& log) {
  static const batcher::TestFolder folder;
  const std::string path = folder.Path("trace.csv");
  CHECK(!scenarios::WriteTrace(path, log.calls));
  const auto trace = scenarios::ReadTrace(path, 1);
  CHECK(trace && (*trace)->size() == log.calls.size());
  CHECK(std::ranges::equal(**trace, log.calls, {}, {}, &LoggedCall::at));
  CHECK(!scenarios::WriteKeys(folder.Path("keys.txt"), log.calls, log.keys));
}

void Try(Input input) {
  const CallLogOptions options = TakeOptions(input);
  const scenarios::CallLogOrProblem parsed = scenarios::ParseCallLog(input.rest(), options);
  if (const auto* problem = std::get_if<scenarios::CallLogProblem>(&parsed)) {
    CHECK(problem->message.starts_with("log.csv:"));
    return;
  }
  LogIsSound(std::get<CallLog>(parsed));
  TraceIsTheSame(std::get<CallLog>(parsed));
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
