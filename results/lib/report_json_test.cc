// Goal: the numbers of a page are those of the result, never more than a page can hold, and no text
// of them becomes markup. Method: reports are made of the reference sweep and of folders written
// here.

#include "results/lib/report_json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "batcher/base/test_folder.h"
#include "results/lib/report_page.h"

namespace results {
namespace {

using batcher::ReadText;
using batcher::TestFolder;
using Json = nlohmann::json;
namespace fs = std::filesystem;

const fs::path kReference = fs::path(RESULTS_README).parent_path() / "reference";

Json ReportOf(const fs::path& folder) { return Json::parse(ReportJson({folder}).value()); }

// The reference sweep with every point so many times.
void WriteLargeSweep(const fs::path& folder, int times) {
  Json sweep = Json::parse(ReadText(kReference / "sweep.json"));
  const Json points = sweep["points"];
  for (int i = 1; i < times; ++i) {
    sweep["points"].insert(sweep["points"].end(), points.begin(), points.end());
  }
  std::ofstream(folder / "sweep.json") << sweep;
}

TEST(ReportJsonTest, HasThePointsOfASweepWithTheirIntervals) {
  const Json sweep = Json::parse(ReadText(kReference / "sweep.json"));
  const Json report = ReportOf(kReference);
  EXPECT_EQ(report["schema"], kReportSchema);
  EXPECT_EQ(report["best"], "100ms");
  ASSERT_EQ(report["points"].size(), sweep["points"].size());
  const Json& point = report["points"][2];
  const Json& found = sweep["points"][2]["quantities"]["latency.p99_ms"];
  EXPECT_EQ(point["window_ms"], 10);
  EXPECT_EQ(point["policy"], "window");
  EXPECT_NEAR(point["latency_ms"]["p99"]["value"], found["value"], 1e-2);
  EXPECT_NEAR(point["latency_ms"]["p99"]["high"], found["interval95"]["high"], 1e-2);
}

TEST(ReportJsonTest, TellsWithinWhatTheSingleRunsLie) {
  const Json point = ReportOf(kReference)["points"][2];
  const Json& band = point["band_ms"]["p99"];
  EXPECT_LT(band[0], band[1]);
  EXPECT_LE(band[0], point["latency_ms"]["p99"]["value"]);
  EXPECT_GE(band[1], point["latency_ms"]["p99"]["value"]);
}

TEST(ReportJsonTest, HasTheBoundOfASweepAndNoneOfOneThatTellsNone) {
  const Json bound = ReportOf(kReference)["bound"];
  EXPECT_EQ(bound["quantile"], "p99");
  EXPECT_EQ(bound["calls"], 2000);
  EXPECT_GT(bound["steps"].size(), 20U);
  const TestFolder folder;
  Json earlier = Json::parse(ReadText(kReference / "sweep.json"));
  earlier.erase("bound");
  std::ofstream(folder.path() / "sweep.json") << earlier;
  EXPECT_TRUE(ReportOf(folder.path())["bound"].is_null());
}

TEST(ReportJsonTest, MarksASaturatedPoint) {
  const Json report = ReportOf(kReference);
  EXPECT_NEAR(report["points"][0]["possible_per_s"], 108.967, 1e-3);
  EXPECT_TRUE(report["points"][2]["possible_per_s"].is_null());
}

TEST(ReportJsonTest, NamesTheCommandThatRunsTheSweepAgain) {
  EXPECT_EQ(ReportOf(kReference)["command"],
            "batchlab sweep scenario.json --policy window --window 10ms,50ms,100ms "
            "--replications 5 --seed 1 --calls 2000");
}

TEST(ReportJsonTest, FitsIntoAMegabyteHoweverManyPointsThereAre) {
  const TestFolder folder;
  WriteLargeSweep(folder.path(), 400);
  const std::string text = ReportJson({folder.path()}).value();
  EXPECT_LE(text.size(), kMostReportBytes);
  const Json report = Json::parse(text);
  EXPECT_GT(report["points"].size(), 100U);
  EXPECT_EQ(report["points"].size() + report["points_left_out"].get<std::size_t>(), 2000U);
  EXPECT_EQ(report["points"][0]["label"], "unbatched");
}

TEST(ReportJsonTest, ShortensTextsWithoutEnd) {
  const TestFolder folder;
  Json sweep = Json::parse(ReadText(kReference / "sweep.json"));
  sweep["points"][2]["label"] = std::string(3'000'000, 'x');
  sweep["scenario"]["description"] = std::string(3'000'000, 'x');
  std::ofstream(folder.path() / "sweep.json") << sweep;
  EXPECT_LE(ReportJson({folder.path()})->size(), kMostReportBytes);
}

TEST(ReportJsonTest, RefusesFoldersWithoutAResultInOneSentence) {
  const TestFolder folder;
  const auto sentence = [](const fs::path& path) { return ReportJson({path}).error().message; };
  EXPECT_NE(sentence(folder.path() / "none").find("no such folder"), std::string::npos);
  EXPECT_NE(sentence(folder.path()).find("found none of run.json"), std::string::npos);
  std::ofstream(folder.path() / "cells.jsonl") << "{}";
  EXPECT_NE(sentence(folder.path()).find("--resume"), std::string::npos);
  std::ofstream(folder.path() / "sweep.json") << "{\"points\": ";
  EXPECT_NE(sentence(folder.path()).find("not such as this version writes"), std::string::npos);
}

TEST(ReportPageTest, WritesNoCharacterOfATextThatCouldBeginMarkup) {
  const std::string page =
      ReportPage(R"({"name": "</script><!--<img src=x onerror=alert(1)>"})", PageKind::kResult);
  EXPECT_EQ(page.find("<img src=x"), std::string::npos);
  EXPECT_NE(page.find(R"({"name": "\u003c/script>\u003c!--\u003cimg src=x)"), std::string::npos);
}

TEST(ReportPageTest, TakesNoTextForAPlaceOfTheTemplate) {
  const std::string page = ReportPage(R"({"name": "{{script}}"})", PageKind::kResult);
  EXPECT_NE(page.find(R"({"name": "{{script}}"})"), std::string::npos);
}

TEST(ReportPageTest, NeedsNothingElse) {
  const std::string page = ReportPage("{}", PageKind::kResult);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find(" src=\"http"), std::string::npos);
  EXPECT_LT(page.size(), 1'500'000U);
}

TEST(ReportJsonTest, AnOverrideThatSetsNothingIsNoAxis) {
  const TestFolder folder;
  Json sweep = Json::parse(ReadText(kReference / "sweep.json"));
  for (Json& point : sweep["points"]) {
    point["overrides"] = {"seed"};
  }
  folder.Write("sweep.json", sweep.dump());
  EXPECT_EQ(ReportOf(folder.path())["command"],
            "batchlab sweep scenario.json --replications 5 --seed 1 --calls 2000");
}

TEST(ReportJsonTest, WhatIsNestedDeeperThanAnyFileOfOursIsLeftOut) {
  const TestFolder folder;
  constexpr std::size_t kLevels = 200'000;
  Json sweep = Json::parse(ReadText(kReference / "sweep.json"));
  sweep["scenario"]["description"] = "HERE";
  std::string text = sweep.dump();
  text.replace(
      text.find("\"HERE\""), 6,
      R"("what follows", "deep": )" + std::string(kLevels, '[') + std::string(kLevels, ']'));
  folder.Write("sweep.json", text);
  const Json report = ReportOf(folder.path());
  EXPECT_EQ(report["description"], "what follows");
  EXPECT_LT(report["scenario"]["deep"].dump().size(), 200U);
}

}  // namespace
}  // namespace results
