// What the comments of the public headers show, compiled and run. tests/example_test.py holds the
// comments to this text.

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <coroutine>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"
#include "batcher/recorder/ledger_rows.h"
#include "batcher/recorder/recorder.h"
#include "batcher/runtime/pooled_frame.h"
#include "batcher/runtime/test_service.h"

namespace {

using namespace std::chrono_literals;

double PriceOf(const std::string& name) { return static_cast<double>(name.size()); }
void Use(double price) { EXPECT_EQ(price, 3); }

std::vector<batcher::ItemResult<double>> PricesOf(std::span<const std::string> names,
                                                  const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<double>> results;
  for (const std::string& name : names) {
    results.push_back(batcher::Found(PriceOf(name)));
  }
  return results;
}

TEST(HeaderExamplesTest, ABatcherWithAnOwnFunctionAnswers) {
  batcher::Batcher<std::string, double> prices({.batch = [](auto names, auto) {
    std::vector<batcher::ItemResult<double>> results;
    for (const std::string& name : names) {
      results.push_back(batcher::Found(PriceOf(name)));
    }
    return results;
  }});
  batcher::Pending<double> price = prices.Get("tea");
  if (const auto& answer = price.Wait()) {
    Use(*answer);
  }
  EXPECT_EQ(price.Wait().value, 3);
}

using Prices = batcher::Batcher<std::string, double>;

// Starts a thread for each piece of work.
class ThreadPool {
 public:
  void Post(std::function<void()> work) { threads_.emplace_back(std::move(work)); }

 private:
  std::vector<std::jthread> threads_;
};

struct Task {
  struct promise_type : batcher::PooledFrame {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// What was shown.
struct Shown {
  double sum = 0;
  bool on_pool = false;
  batcher::Event event;
};
Shown shown;

void Show(const batcher::Answer<double>& one, const batcher::Answer<double>& other) {
  shown.sum = *one + *other;
  shown.on_pool = !batcher::OnLoopThread();
  shown.event.Set();
}

Task Compare(Prices& prices, ThreadPool& pool) {
  const batcher::Answer<double> tea = co_await prices.Get("tea");
  const auto on_pool = [&pool](std::coroutine_handle<> task) { pool.Post(task); };
  const batcher::Answer<double> mate = co_await prices.Get("mate").On(on_pool);
  Show(tea, mate);  // on a thread of the pool
}

TEST(HeaderExamplesTest, ACoroutineAwaitsOnTheBatchersThreadAndOnAPool) {
  ThreadPool pool;
  Prices prices({.batch = PricesOf});
  Compare(prices, pool);
  ASSERT_TRUE(shown.event.Wait());
  EXPECT_EQ(shown.sum, 7);
  EXPECT_TRUE(shown.on_pool);
}

void Complain(const std::string& sentence) { ADD_FAILURE() << sentence; }

TEST(HeaderExamplesTest, ARecorderWritesWhatABatcherDoes) {
  std::string folder = testing::TempDir() + "/header_examples_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  [&] {
    const auto recorder = batcher::Recorder::Create({.folder = folder});
    if (!recorder) {
      return Complain(recorder.error().message);
    }
    batcher::BatcherOptions options{.observer = recorder->get()};
    batcher::Batcher<std::string, double> prices({.batch = PricesOf}, options);
    EXPECT_EQ(prices.Get("tea").Wait().value, 3);
  }();
  EXPECT_GT(std::filesystem::file_size(folder + "/calls.csv"), batcher::CallHeader().size());
  std::filesystem::remove_all(folder);
}

TEST(HeaderExamplesTest, MetricsCountWhatABatcherDoes) {
  prometheus::Registry registry;
  batcher::BatcherMetrics metrics(registry, {.batcher = "prices", .edges = {20ms}});
  batcher::Batcher<std::string, double> prices({.batch = PricesOf}, {.observer = &metrics});
  EXPECT_EQ(prices.Get("tea").Wait().value, 3);
  EXPECT_FALSE(registry.Collect().empty());
}

}  // namespace
