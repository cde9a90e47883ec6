#include "mock_server/job_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

namespace mock_server {
namespace {

using batcher::At;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using testing::MatchesRegex;

TEST(JobStoreTest, AJobCanBeFetchedManyTimes) {
  JobStore jobs({}, 1);
  const std::string id = jobs.Add({.body = R"(["a","b"])", .ready = At(50ms)}, At(0ms));
  for (int i = 0; i < 3; ++i) {
    const Job* const job = jobs.Find(id, At(10ms));
    ASSERT_NE(job, nullptr);
    EXPECT_EQ(job->body, R"(["a","b"])");
    EXPECT_EQ(job->ready, At(50ms));
  }
}

TEST(JobStoreTest, IdsAre32LowerCaseHexDigitsAndDiffer) {
  JobStore jobs({}, 1);
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.insert(jobs.Add({}, At(0ms)));
  }
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_THAT(*ids.begin(), MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(ids.begin()->size(), 32U);
}

TEST(JobStoreTest, AJobExpiresARetentionAfterItWasReady) {
  JobStore jobs({.retention = 24h}, 1);
  const std::string id = jobs.Add({.body = R"(["a"])", .ready = At(1h)}, At(0ms));
  EXPECT_NE(jobs.Find(id, At(25h - 1ns)), nullptr);
  EXPECT_EQ(jobs.Find(id, At(25h)), nullptr);
  jobs.Add({}, At(25h));
  EXPECT_EQ(jobs.size(), 1U);
}

TEST(JobStoreTest, TheOldestJobMakesRoom) {
  JobStore jobs({.max_jobs = 2}, 1);
  const std::string first = jobs.Add({}, At(0ms));
  const std::string second = jobs.Add({}, At(0ms));
  const std::string third = jobs.Add({}, At(0ms));
  EXPECT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs.Find(first, At(0ms)), nullptr);
  EXPECT_NE(jobs.Find(second, At(0ms)), nullptr);
  EXPECT_NE(jobs.Find(third, At(0ms)), nullptr);
}

TEST(JobStoreTest, TheBytesOfAllJobsAreBounded) {
  JobStore jobs({.max_bytes = 10'000}, 1);
  const std::string first = jobs.Add({.body = std::string(6'000, 'a')}, At(0ms));
  EXPECT_NE(jobs.Find(first, At(0ms)), nullptr);
  const std::string second = jobs.Add({.body = std::string(20'000, 'b')}, At(0ms));
  EXPECT_EQ(jobs.Find(first, At(0ms)), nullptr);
  EXPECT_NE(jobs.Find(second, At(0ms)), nullptr);
}

TEST(JobStoreTest, CountsTheJobsThatAreReadyAndThoseThatAreNot) {
  JobStore jobs({.max_jobs = 3, .retention = 24h}, 1);
  EXPECT_EQ(jobs.Count(At(0ms)), (JobCounts{.pending = 0, .done = 0}));
  jobs.Add({.ready = At(50ms)}, At(0ms));
  jobs.Add({.ready = At(50ms)}, At(0ms));
  jobs.Add({.ready = At(10ms)}, At(0ms));
  EXPECT_EQ(jobs.Count(At(10ms - 1ns)), (JobCounts{.pending = 3, .done = 0}));
  EXPECT_EQ(jobs.Count(At(10ms)), (JobCounts{.pending = 2, .done = 1}));
  EXPECT_EQ(jobs.Count(At(50ms)), (JobCounts{.pending = 0, .done = 3}));
  EXPECT_EQ(jobs.Count(At(24h + 10ms)), (JobCounts{.pending = 0, .done = 2})) << "expired";
  jobs.Add({.ready = At(70ms)}, At(20ms));  // The oldest makes room.
  EXPECT_EQ(jobs.Count(At(20ms)), (JobCounts{.pending = 2, .done = 1}));
}

TEST(JobStoreTest, UnknownIdsAreNotFound) {
  JobStore jobs({}, 1);
  EXPECT_EQ(jobs.Find("", At(0ms)), nullptr);
  EXPECT_EQ(jobs.Find(std::string(100'000, 'f'), At(0ms)), nullptr);
}

}  // namespace
}  // namespace mock_server
