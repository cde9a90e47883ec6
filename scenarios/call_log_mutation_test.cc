// Goal: no text, however broken, crashes the reader or makes a log that breaks its own promises.
// Method: random bytes, and mutations of good logs, with all kinds of options.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/random.h"
#include "scenarios/call_log.h"
#include "scenarios/describe_arrivals.h"
#include "scenarios/test_logs.h"

namespace scenarios {
namespace {

using batcher::RandomStream;

std::vector<std::string> GoodLogs() {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  return {RowsOf("arrival_ns,key,session", 300,
                 [&](int i) { return text(TestMs(i) * 1'000'003) + ",\"a, b\"," + text(i % 9); }),
          RowsOf("time;key;took_ms;group", 300,
                 [&](int i) {
                   return "2024-05-31T12:00:" + text(100 + TestMs(i) / 1000).substr(1) + "." +
                          text(1000 + TestMs(i) % 1000).substr(1) + "Z;K\xc3\xb6ln;12.5;x";
                 }),
          RowsOf("", 300, [&](int i) {
            return R"({"ts": )" + text(1'717'000'000'000 + TestMs(i)) + R"(, "key": "K\u00f6ln")" +
                   R"(, "ended_ms": 1717000099999, "took_ms": "3", "x": [{}, 1.5e3]})";
          })};
}

// What mends or breaks texts of this kind more often than a random byte does.
constexpr std::array<std::string_view, 22> kPieces = {
    "\n", "\r\n", ",",  ";",   "\"",   "\"\"",         "\t",      "{",    "}",    "[",    "null",
    "-",  ".",    "e9", "999", "\xef", "\xef\xbb\xbf", "\\u0000", "time", "\xff", "1e99", "\n\n\n"};

std::string Mutated(std::string text, RandomStream& draws) {
  const std::uint64_t changes = 1 + draws.Below(4);
  for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
    // Half of them near the start, where a log says what it is.
    const std::size_t reach =
        draws.Below(2) == 0 ? std::min<std::size_t>(text.size(), 60) : text.size();
    const std::size_t at = draws.Below(reach);
    const std::size_t length = std::min<std::size_t>(draws.Below(12), text.size() - at);
    switch (draws.Below(5)) {
      case 0:
        text[at] = static_cast<char>(draws.Below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, kPieces.at(draws.Below(kPieces.size())));
        break;
      case 3:
        text.insert(draws.Below(text.size()), text.substr(at, length));
        break;
      default:
        text.resize(std::max(at, text.size() / 10 * 9));
    }
  }
  return text;
}

CallLogOptions SomeOptions(RandomStream& draws) {
  constexpr std::array<const char*, 6> kUnits = {"", "", "ns", "ms", "s", "iso"};
  CallLogOptions options;
  if (draws.Below(2) == 0) {
    return options;
  }
  options.time_unit = kUnits.at(draws.Below(kUnits.size()));
  options.time_is_completion = draws.Below(3) == 0;
  options.duration_column = draws.Below(3) == 0 ? "took_ms" : "";
  return options;
}

void ExpectSound(const CallLog& log) {
  ASSERT_GE(log.calls.size(), kFewestCalls);
  EXPECT_EQ(log.calls.front().at, batcher::Instant());
  EXPECT_TRUE(std::is_sorted(log.calls.begin(), log.calls.end(),
                             [](const LoggedCall& a, const LoggedCall& b) { return a.at < b.at; }));
  EXPECT_GE(log.calls.back().at - log.calls.front().at, kShortestLog);
  EXPECT_LE(log.calls.back().at - log.calls.front().at, kLongestLog);
  for (const LoggedCall& call : log.calls) {
    EXPECT_LT(call.key, log.keys.empty() ? log.calls.size() : log.keys.size());
    EXPECT_TRUE(call.session < log.sessions || call.session == kNoSession);
    EXPECT_TRUE(call.group < log.groups || call.group == kNoGroup);
    EXPECT_TRUE(!call.ended || *call.ended >= call.at);
  }
  EXPECT_FALSE(DescribeArrivals(log).empty());
}

// Whether a log came of it.
bool Try(std::string_view text, const CallLogOptions& options) {
  const CallLogOrProblem parsed = Parsed(text, options);
  if (const auto* log = std::get_if<CallLog>(&parsed)) {
    ExpectSound(*log);
    return true;
  }
  EXPECT_TRUE(std::get<CallLogProblem>(parsed).message.starts_with("log.csv:"));
  return false;
}

TEST(CallLogMutationTest, RandomBytesEndInAProblem) {
  RandomStream draws(1, "bytes");
  for (int round = 0; round < 2000; ++round) {
    std::string text(draws.Below(300), ' ');
    const bool printable = round % 2 == 0;
    for (char& c : text) {
      c = static_cast<char>(printable ? 10 + draws.Below(117) : draws.Below(256));
    }
    EXPECT_FALSE(Try(text, SomeOptions(draws)));
  }
}

TEST(CallLogMutationTest, MutationsOfGoodLogsEndInASoundLogOrAProblem) {
  RandomStream draws(2, "mutations");
  int good = 0;
  int tried = 0;
  for (const std::string& text : GoodLogs()) {
    EXPECT_TRUE(Try(text, {}));
    for (int round = 0; round < 700; ++round) {
      good += Try(Mutated(text, draws), SomeOptions(draws)) ? 1 : 0;
      ++tried;
    }
  }
  // Both ends are met often, else nothing is tried.
  EXPECT_GT(good, tried / 20);
  EXPECT_LT(good, tried / 2);
}

}  // namespace
}  // namespace scenarios
