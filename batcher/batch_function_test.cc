#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/test_service.h"

// What a batch function may do wrong: each caller still gets exactly one answer, the right one
// where there is one, and the next batch works as if nothing had happened.

namespace batcher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Start = std::function<void(std::span<const int>, Completion<int>)>;
using Batch = std::function<std::vector<ItemResult<int>>(std::span<const int>, std::stop_token)>;

// Asks for the keys 1, 2, 3 in one batch, then for 4, with a function that misbehaves only in the
// first.
std::vector<Answer<int>> AskThree(BatchFunctions<int, int> functions,
                                  CountingObserver* observer = nullptr) {
  BatcherOptions options = FlushedByHand();
  options.observer = observer;
  Batcher<int, int> batcher(std::move(functions), options);
  std::vector<Pending<int>> pending;
  for (int key = 1; key <= 3; ++key) {
    pending.push_back(batcher.Get(key));
  }
  batcher.Flush();
  std::vector<Answer<int>> answers;
  for (Pending<int>& one : pending) {
    EXPECT_TRUE(one.WaitFor(kGenerous));
    answers.push_back(one.Wait());
  }
  Pending<int> next = batcher.Get(4);
  batcher.Flush();
  EXPECT_TRUE(next.WaitFor(kGenerous));
  EXPECT_EQ(next.Wait().value, ValueOf(4)) << "the batch after the faulty one";
  return answers;
}

BatchFunctions<int, int> FirstTime(const Batch& faulty) {
  return {.batch = [faulty](std::span<const int> keys, const std::stop_token& stop) {
    return keys.front() == 4 ? AnswerAll(keys, stop) : faulty(keys, stop);
  }};
}

BatchFunctions<int, int> FirstTime(const Start& faulty) {
  return {.start = [faulty](std::span<const int> keys, Completion<int> completion) {
    if (keys.front() != 4) {
      faulty(keys, std::move(completion));
      return;
    }
    completion.Set(0, Found(ValueOf(4)));
    completion.Finish();
  }};
}

std::vector<Outcome> OutcomesOf(const std::vector<Answer<int>>& answers) {
  std::vector<Outcome> outcomes;
  for (const Answer<int>& answer : answers) {
    outcomes.push_back(answer.outcome);
  }
  return outcomes;
}

TEST(BatchFunctionTest, OneThatThrowsFailsItsBatchWithTheReason) {
  CountingObserver observer;
  const auto answers = AskThree(
      FirstTime([](std::span<const int>, const std::stop_token&) -> std::vector<ItemResult<int>> {
        throw std::runtime_error("down");
      }),
      &observer);
  EXPECT_THAT(OutcomesOf(answers),
              ElementsAre(Outcome::kFailedThrew, Outcome::kFailedThrew, Outcome::kFailedThrew));
  EXPECT_EQ(answers[0].message, "threw: down");
  EXPECT_THAT(observer.messages(), ElementsAre("threw: down"));
}

TEST(BatchFunctionTest, OneThatThrowsWhatIsNoExceptionFailsItsBatch) {
  const auto answers = AskThree(
      FirstTime([](std::span<const int>, const std::stop_token&) -> std::vector<ItemResult<int>> {
        throw 42;  // NOLINT(hicpp-exception-baseclass): that is the fault
      }));
  EXPECT_EQ(answers[2].outcome, Outcome::kFailedThrew);
  EXPECT_THAT(answers[2].message, HasSubstr("no std::exception"));
}

TEST(BatchFunctionTest, OneThatAnswersTooLittleLeavesOutOnlyTheRest) {
  const auto answers = AskThree(FirstTime([](std::span<const int>, const std::stop_token&) {
    return std::vector<ItemResult<int>>{Found(ValueOf(1))};
  }));
  EXPECT_THAT(OutcomesOf(answers),
              ElementsAre(Outcome::kValue, Outcome::kMissingResult, Outcome::kMissingResult));
  EXPECT_EQ(answers[0].value, ValueOf(1));
}

TEST(BatchFunctionTest, OneThatAnswersTooMuchIsCountedAndCutOff) {
  CountingObserver observer;
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, const std::stop_token& stop) {
                 std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
                 results.push_back(Found(99));
                 results.push_back(Found(98));
                 return results;
               }),
               &observer);
  EXPECT_EQ(answers[0].value, ValueOf(1));
  EXPECT_EQ(answers[2].value, ValueOf(3));
  EXPECT_EQ(observer.mismatches(), 2U);
}

TEST(BatchFunctionTest, AnItemThatFailsByItselfLeavesItsNeighboursAlone) {
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, const std::stop_token& stop) {
        std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
        results[1] = {.outcome = Outcome::kFailedBadReply, .value = {}, .message = "bad row"};
        return results;
      }));
  EXPECT_THAT(OutcomesOf(answers),
              ElementsAre(Outcome::kValue, Outcome::kFailedBadReply, Outcome::kValue));
  EXPECT_EQ(answers[1].message, "bad row");
}

TEST(BatchFunctionTest, AValueThatIsNotThereIsAMissingResult) {
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, const std::stop_token& stop) {
        std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
        results[0].value.reset();
        return results;
      }));
  EXPECT_THAT(OutcomesOf(answers),
              ElementsAre(Outcome::kMissingResult, Outcome::kValue, Outcome::kValue));
}

TEST(BatchFunctionTest, ResultsMayComeInAnyOrderFromAnotherThread) {
  std::thread elsewhere;
  const auto answers =
      AskThree(FirstTime([&](std::span<const int> keys, Completion<int> completion) {
        elsewhere = std::thread([keys, completion = std::move(completion)]() mutable {
          for (std::size_t i = keys.size(); i-- > 0;) {
            completion.Set(i, Found(ValueOf(keys[i])));
          }
          completion.Finish();
        });
      }));
  elsewhere.join();
  EXPECT_EQ(answers[0].value, ValueOf(1));
  EXPECT_EQ(answers[1].value, ValueOf(2));
  EXPECT_EQ(answers[2].value, ValueOf(3));
}

TEST(BatchFunctionTest, DuplicateAndUnknownResultsAreCountedAndIgnored) {
  CountingObserver observer;
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, Completion<int> completion) {
                 for (std::size_t i = 0; i < keys.size(); ++i) {
                   completion.Set(i, Found(ValueOf(keys[i])));
                   completion.Set(i, Found(-1));
                 }
                 completion.Set(17, Found(-2));
                 completion.Finish();
               }),
               &observer);
  EXPECT_EQ(answers[0].value, ValueOf(1));
  EXPECT_EQ(answers[2].value, ValueOf(3));
  EXPECT_EQ(observer.mismatches(), 4U);
}

TEST(BatchFunctionTest, ADroppedCompletionFailsItsBatch) {
  const auto answers = AskThree(FirstTime([](std::span<const int>, const Completion<int>&) {}));
  EXPECT_EQ(answers[0].outcome, Outcome::kFailedThrew);
  EXPECT_THAT(answers[0].message, HasSubstr("dropped its completion"));
}

TEST(BatchFunctionTest, WhatStartThrowsBeforeItTookTheCompletionFailsItsBatch) {
  const auto answers = AskThree(
      BatchFunctions<int, int>{.start = [](std::span<const int> keys, Completion<int> completion) {
        if (keys.front() != 4) {
          throw std::runtime_error("not started");
        }
        completion.Set(0, Found(ValueOf(4)));
        completion.Finish();
      }});
  EXPECT_EQ(answers[1].outcome, Outcome::kFailedThrew);
}

TEST(BatchFunctionTest, WhatIsSaidAfterTheEndIsIgnored) {
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, Completion<int> completion) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
          completion.Set(i, Found(ValueOf(keys[i])));
        }
        completion.Finish();
        completion.Fail("too late");
        completion.Finish();
        throw std::runtime_error("later still");
      }));
  EXPECT_EQ(answers[2].value, ValueOf(3));
}

TEST(BatchFunctionTest, AValueWithoutAnOutcomeIsFound) {
  const auto answers = AskThree(FirstTime([](std::span<const int> keys, const std::stop_token&) {
    std::vector<ItemResult<int>> results;
    for (const int key : keys) {
      results.push_back({.value = ValueOf(key)});
    }
    return results;
  }));
  EXPECT_EQ(answers[1].value, ValueOf(2));
}

TEST(BatchFunctionTest, AnOutcomeThatNoItemCanHaveIsABadReply) {
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, const std::stop_token& stop) {
        std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
        results[0].outcome = Outcome::kShutDown;
        results[2].outcome = static_cast<Outcome>(99);
        return results;
      }));
  EXPECT_THAT(OutcomesOf(answers),
              ElementsAre(Outcome::kFailedBadReply, Outcome::kValue, Outcome::kFailedBadReply));
  EXPECT_THAT(answers[0].message, HasSubstr("no item can have"));
}

TEST(BatchFunctionTest, AnItemThatFailsWithoutAMessageSaysSo) {
  const auto answers =
      AskThree(FirstTime([](std::span<const int> keys, const std::stop_token& stop) {
        std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
        results[1] = {.outcome = Outcome::kFailedStatus};
        return results;
      }));
  EXPECT_EQ(answers[1].message, "failed without a message");
}

TEST(BatchFunctionTest, OneThatTakesTooLongIsAskedToStopBeforeItIsCalledAgain) {
  BatcherOptions options = FlushedByHand();
  options.wire.attempt_timeout = std::chrono::milliseconds(20);
  options.wire.backoff = std::chrono::milliseconds(1);
  std::atomic<int> calls = 0;
  std::atomic<bool> first_was_asked = false;
  {
    Batcher<int, int> batcher({.batch =
                                   [&](std::span<const int> keys, const std::stop_token& stop) {
                                     if (calls++ == 0) {
                                       Event().Wait(stop);
                                       first_was_asked = stop.stop_requested();
                                     }
                                     return AnswerAll(keys, stop);
                                   }},
                              options);
    Pending<int> call = batcher.Get(1);
    batcher.Flush();
    EXPECT_EQ(call.Wait().value, ValueOf(1));
    while (!first_was_asked) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(calls, 2);
}

TEST(BatchFunctionTest, OneThatKeepsItsCompletionHearsOfTheEnd) {
  std::optional<Completion<int>> kept;
  std::optional<std::stop_callback<std::function<void()>>> at_stop;
  Event taken;
  {
    Batcher<int, int> batcher({.start =
                                   [&](std::span<const int>, Completion<int> completion) {
                                     kept.emplace(std::move(completion));
                                     at_stop.emplace(kept->stop_token(), [&] { kept.reset(); });
                                     taken.Set();
                                   }},
                              FlushedByHand());
    const Pending<int> call = batcher.Get(1);
    batcher.Flush();
    ASSERT_TRUE(taken.Wait());
  }
  EXPECT_FALSE(kept);
}

// A value whose copies throw, as a large one may for want of memory.
struct Costly {
  Costly() = default;
  Costly(const Costly& /*other*/) { throw std::runtime_error("no room"); }
  Costly(Costly&&) = default;
  Costly& operator=(const Costly&) = default;
  Costly& operator=(Costly&&) = default;
  ~Costly() = default;
};

TEST(BatchFunctionTest, AValueThatCannotBeCopiedFailsOneOfTheCallsThatShareIt) {
  Batcher<int, Costly> batcher({.batch =
                                    [](std::span<const int>, const std::stop_token&) {
                                      std::vector<ItemResult<Costly>> results(1);
                                      results[0].value.emplace();
                                      return results;
                                    }},
                               FlushedByHand());
  Pending<Costly> first = batcher.Get(1);
  Pending<Costly> second = batcher.Get(1);
  batcher.Flush();
  EXPECT_EQ(first.Wait().outcome, Outcome::kFailedThrew);
  EXPECT_EQ(first.Wait().message, "threw: no room");
  EXPECT_TRUE(second.Wait().value.has_value());
}

TEST(BatchFunctionTest, WhatWasFoundMayBeAnythingThatAValueIsMadeOf) {
  Batcher<int, std::string> batcher(
      {.batch = [](std::span<const int> keys, const std::stop_token&) {
        std::vector<ItemResult<std::string>> results;
        for (const int key : keys) {
          results.push_back(key > 0 ? Found("a literal") : NotFound<const char*>());
        }
        return results;
      }});
  EXPECT_EQ(batcher.Get(1).Wait().value, "a literal");
  EXPECT_EQ(batcher.Get(-1).Wait().outcome, Outcome::kNotFound);
}

TEST(BatchFunctionTest, AFunctionThatIsNullptrIsNotGiven) {
  const BatchFunctions<int, int> functions{.batch = AnswerAll, .single = nullptr};
  EXPECT_FALSE(functions.single);
  EXPECT_FALSE(functions.start);
  EXPECT_TRUE(functions.batch);
}

}  // namespace
}  // namespace batcher
