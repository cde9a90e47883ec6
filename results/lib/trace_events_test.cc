#include "results/lib/trace_events.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace results {
namespace {

using batcher::Duration;
using nlohmann::json;

json EventsOf(const Ledger& ledger) {
  std::string text;
  WriteTraceEvents(ledger, [&text](std::string_view piece) { text += piece; });
  return json::parse(text).at("traceEvents");
}

// A ledger of calls that come each 10 ms and stay for 25, three to a batch.
Ledger ThreeAtOnce() {
  Ledger ledger;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const auto at = [i](int ms) {
      return batcher::Instant(std::chrono::milliseconds(static_cast<int>(i) * 10 + ms));
    };
    batcher::CallRecord call{.call = i, .key = i, .batch = i / 3};
    call.intended = call.submitted = at(0);
    call.due = call.dispatched = call.sent = call.attempted = at(10);
    call.answered = at(20);
    call.replied = call.delivered = at(25);
    ledger.calls.push_back(call);
  }
  for (std::uint64_t i = 0; i < 2; ++i) {
    const auto at = [i](int ms) {
      return batcher::Instant(std::chrono::milliseconds(static_cast<int>(i) * 30 + ms));
    };
    batcher::BatchRecord batch{.batch = i, .calls = 3, .entries = 3, .first_call = 3 * i};
    batch.due = batch.dispatched = batch.sent = at(30);
    batch.attempted = at(32);
    batch.answered = at(40);
    batch.replied = at(45);
    ledger.batches.push_back(batch);
  }
  return ledger;
}

TEST(TraceEventsTest, EachCallAndEachBatchIsASliceOfItsLength) {
  std::map<std::string, std::pair<double, double>> slices;
  for (const json& event : EventsOf(ThreeAtOnce())) {
    if (event.at("ph") == "X" && event.contains("args")) {
      slices[event.at("name").get<std::string>() + "/" +
             std::to_string(event.at("pid").get<int>())] = {event.at("ts"), event.at("dur")};
    }
  }
  EXPECT_EQ(slices.size(), 6U + 1U);  // both batches have the same name
  EXPECT_EQ(slices.at("call 2/2"), std::pair(20'000.0, 25'000.0));
  EXPECT_EQ(slices.at("batch of 3/1"), std::pair(60'000.0, 15'000.0));
}

TEST(TraceEventsTest, NothingOverlapsOnARowButPartsWithinTheirCall) {
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> rows;
  for (const json& event : EventsOf(ThreeAtOnce())) {
    if (event.at("ph") == "X" && event.contains("args")) {
      rows[{event.at("pid"), event.at("tid")}].emplace_back(
          event.at("ts"), event.at("ts").get<double>() + event.at("dur").get<double>());
    }
  }
  EXPECT_EQ(rows.size(), 1U + 3U);  // one batch and three calls at once
  for (const auto& [row, slices] : rows) {
    for (std::size_t i = 1; i < slices.size(); ++i) {
      EXPECT_GE(slices[i].first, slices[i - 1].second);
    }
  }
}

TEST(TraceEventsTest, ThePartsOfACallFillItAndThoseWithoutLengthAreLeftOut) {
  std::map<std::string, int> parts;
  double length = 0;
  for (const json& event : EventsOf(ThreeAtOnce())) {
    if (event.at("ph") == "X" && event.at("pid") == 2 && !event.contains("args")) {
      ++parts[event.at("name")];
      length += event.at("dur").get<double>();
    }
  }
  EXPECT_EQ(parts,
            (std::map<std::string, int>{{"linger", 6}, {"server", 6}, {"poll quantisation", 6}}));
  EXPECT_EQ(length, 6 * 25'000.0);
}

TEST(TraceEventsTest, AnArrowLeadsFromEachCallThatLeft) {
  Ledger ledger = ThreeAtOnce();
  ledger.calls[5].batch = batcher::kNoBatch;
  std::map<std::string, std::set<int>> ends;
  for (const json& event : EventsOf(ledger)) {
    if (event.contains("id")) {
      ends[event.at("ph")].insert(event.at("id").get<int>());
    }
  }
  const std::set<int> left = {0, 1, 2, 3, 4};
  EXPECT_EQ(ends.at("s"), left);
  EXPECT_EQ(ends.at("f"), left);
}

TEST(TraceEventsTest, NanosecondsAreKept) {
  Ledger ledger = ThreeAtOnce();
  ledger.calls.resize(1);
  ledger.batches.clear();
  ledger.calls[0].delivered += Duration(7);
  bool found = false;
  for (const json& event : EventsOf(ledger)) {
    found = found || (event.value("name", "") == "call 0" && event.at("dur") == 25'000.007);
  }
  EXPECT_TRUE(found);
}

TEST(TraceEventsTest, ARunWithoutCallsIsAFileAllTheSame) {
  EXPECT_EQ(EventsOf({}).size(), 2U);  // the names of the two groups
}

}  // namespace
}  // namespace results
