// Goal: results/README.md, the dictionary, tells of everything that a run writes.
// Method: write each kind of file with all that it may hold; look every name up, in backquotes, in
// the section of its file.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "batcher/base/test_folder.h"
#include "batcher/recorder/ledger_rows.h"
#include "results/lib/machine.h"
#include "results/lib/quantities.h"
#include "results/lib/run_json.h"
#include "results/lib/test_ledger.h"

namespace results {
namespace {

using batcher::ReadText;

// The text from the heading "## `file`" to the next heading of its level.
std::string Section(const std::string& file) {
  const std::string readme = "\n" + ReadText(RESULTS_README);
  const std::size_t begin = readme.find("\n## `" + file + "`");
  return begin == std::string::npos ? ""
                                    : readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
}

void ExpectMentioned(const std::string& name, const std::string& file) {
  EXPECT_NE(Section(file).find("`" + name + "`"), std::string::npos)
      << "results/README.md does not tell of " << name << " in its section on " << file;
}

void ExpectColumnsMentioned(std::string header, int columns, const std::string& file) {
  ASSERT_EQ(header.back(), '\n');
  header.pop_back();
  std::istringstream names(header);
  std::string name;
  int found = 0;
  for (; std::getline(names, name, ','); ++found) {
    ExpectMentioned(name, file);
  }
  EXPECT_EQ(found, columns) << header;
}

void CollectKeys(const nlohmann::ordered_json& json, std::set<std::string>& keys) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) {
      keys.insert(key);
    }
    if (value.is_structured() && key != "scenario") {
      CollectKeys(value, keys);
    }
  }
}

TEST(DictionaryTest, TellsOfEveryColumn) {
  ExpectColumnsMentioned(batcher::CallHeader(), 15, "calls.csv");
  ExpectColumnsMentioned(batcher::BatchHeader(), 19, "batches.csv");
}

TEST(DictionaryTest, TellsOfEveryNameThatAColumnHolds) {
  for (const std::string_view outcome : batcher::kOutcomeNames) {
    ExpectMentioned(std::string(outcome), "calls.csv");
  }
  for (const std::string_view endpoint : batcher::kEndpointNames) {
    ExpectMentioned(std::string(endpoint), "calls.csv");
  }
  for (const std::string_view reason : batcher::kFlushReasonNames) {
    ExpectMentioned(std::string(reason), "batches.csv");
  }
}

TEST(DictionaryTest, TellsOfEveryKeyOfRunJson) {
  const SummaryExtras all = {.burst_of_call = {0, 0, 0},
                             .server_delay_errors = std::vector<batcher::Duration>(1)};
  const RunReport report = {
      .summary = Summarise(MakeLedger(3), all),
      .intervals = {{.quantity = "latency.p99"}},
      .waiting = Waiting{.value = {.steps = {{}}}},
      .regret = Regret{.price = batcher::Duration(1), .least = {.batches = 1}},
      .faults = FaultStory{.hit = {.latency = {.count = 1}}},
      .findings = {{}},
      .fingerprint = 1};
  std::set<std::string> keys;
  CollectKeys(nlohmann::ordered_json::parse(RunJson(report).value()), keys);
  // The members of these two are the names of the CSV files.
  for (const std::string_view outcome : batcher::kOutcomeNames) {
    keys.erase(std::string(outcome));
  }
  for (const std::string_view reason : batcher::kFlushReasonNames) {
    keys.erase(std::string(reason));
  }
  EXPECT_GT(keys.size(), 50U);
  for (const std::string& key : keys) {
    ExpectMentioned(key, "run.json");
  }
}

TEST(DictionaryTest, TellsOfEveryKeyOfMachineJson) {
  std::set<std::string> keys;
  CollectKeys(nlohmann::ordered_json::parse(MachineJson({})), keys);
  for (const std::string& key : keys) {
    ExpectMentioned(key, "machine.json");
  }
}

}  // namespace
}  // namespace results
