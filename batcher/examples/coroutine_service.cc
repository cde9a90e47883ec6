// A small service of coroutines. Each order is one: it reads as if it asked for one thing after the
// other, and what many of them ask for meanwhile leaves in few batches.

#include <atomic>
#include <coroutine>
#include <cstdio>
#include <exception>
#include <latch>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/pooled_frame.h"

namespace {

constexpr int kOrders = 300;

// Stands for one query that looks up many prices.
class Catalogue {
 public:
  std::vector<batcher::ItemResult<int>> PricesOf(std::span<const std::string> names) {
    ++queries_;
    std::vector<batcher::ItemResult<int>> prices;  // one for each name, in their order
    for (const std::string& name : names) {
      if (name == "mithril") {
        prices.push_back(batcher::NotFound<int>());
      } else if (name == "oil") {
        prices.push_back({.outcome = batcher::Outcome::kFailedStatus, .message = "no quote today"});
      } else {
        prices.push_back(batcher::Found(static_cast<int>(name.size())));
      }
    }
    return prices;
  }
  [[nodiscard]] int queries() const { return queries_; }

 private:
  std::atomic<int> queries_ = 0;  // Batches run on several threads.
};

using Prices = batcher::Batcher<std::string, int>;
using Price = batcher::Answer<int>;

// The least that a coroutine's type needs: it begins at once and frees itself. Its frames are
// recycled, as the batcher's thread frees what this one makes.
struct Task {
  struct promise_type : batcher::PooledFrame {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }  // or keep it for whoever awaits the task
  };
};

// What became of the orders. A coroutine goes on on the batcher's thread; or on the one that calls,
// if its answer is there at once, as that of a call which is refused.
struct Ledger {
  std::atomic<int> calls = 0;
  std::atomic<int> sold = 0;
  std::atomic<int> unknown = 0;
  std::atomic<int> failed = 0;
  std::atomic<int> total = 0;
  std::latch open{kOrders};
};

// The price of `item`, then that of its wrapping, if there is anything to wrap.
Task Serve(Prices& prices, std::string item, Ledger& ledger) {
  const Price price = co_await prices.Get(item);
  ++ledger.calls;
  switch (price.outcome) {
    case batcher::Outcome::kValue: {
      const std::string wrapping = "wrapping of " + item;
      const Price wrapped = co_await prices.Get(wrapping);
      ++ledger.calls;
      ++ledger.sold;
      ledger.total += *price + wrapped.value.value_or(0);  // A gift, if it has no price.
      break;
    }
    case batcher::Outcome::kNotFound:  // An answer, too.
      ++ledger.unknown;
      break;
    default:  // The query failed, or took too long, or was never sent; message says more.
      if (ledger.failed++ == 0) {
        std::printf("%s: %s: %s\n", item.c_str(), std::string(Name(price.outcome)).c_str(),
                    price.message.c_str());
      }
  }
  ledger.open.count_down();
}

std::string ItemOf(int order) {
  if (order % 30 == 0) {
    return "mithril";
  }
  return order % 100 == 50 ? "oil" : "tea " + std::to_string(order % 90);
}

}  // namespace

int main() {
  Catalogue catalogue;
  Ledger ledger;
  Prices prices({.batch = [&catalogue](std::span<const std::string> names, const std::stop_token&) {
    return catalogue.PricesOf(names);
  }});
  for (int order = 0; order < kOrders; ++order) {
    Serve(prices, ItemOf(order), ledger);  // comes back at its first co_await
  }
  ledger.open.wait();
  std::printf("%d orders: %d sold for %d, %d of unknown goods, %d failed\n", kOrders,
              ledger.sold.load(), ledger.total.load(), ledger.unknown.load(), ledger.failed.load());
  std::printf("%d look-ups in %d batches\n", ledger.calls.load(), catalogue.queries());
}
