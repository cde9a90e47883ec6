#include "results/lib/machine.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace results {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr auto kMoment = sys_days(2026y / 11 / 23) + 8h + 5min;

TEST(FormatUtcTest, WritesTheMomentInUtc) { EXPECT_EQ(FormatUtc(kMoment), "2026-11-23T08:05:00Z"); }

TEST(MachineTest, IsReadFromTheSystem) {
  const Machine machine = ReadMachine(kMoment);
  EXPECT_FALSE(machine.cpu.empty());
  EXPECT_GE(machine.cores, 1);
  EXPECT_TRUE(machine.kernel.starts_with("Linux ")) << machine.kernel;
  EXPECT_FALSE(machine.compiler.empty());
}

TEST(MachineJsonTest, HoldsAllThatWasRead) {
  const Machine machine = {.cpu = "a \"fast\" one",
                           .cores = 2,
                           .kernel = "Linux 6.1",
                           .load_before = {0.5, 0.25, 0},
                           .load_after = {1, 0.5, 0.25},
                           .compiler = "GNU 12.2.0",
                           .started = kMoment};
  const auto json = nlohmann::json::parse(MachineJson(machine));
  EXPECT_EQ(json["cpu"], "a \"fast\" one");
  EXPECT_EQ(json["cores"], 2);
  EXPECT_EQ(json["started_utc"], "2026-11-23T08:05:00Z");
  EXPECT_EQ(json["load_before"], (nlohmann::json{0.5, 0.25, 0.0}));
  EXPECT_EQ(json["load_after"][0], 1.0);
}

}  // namespace
}  // namespace results
