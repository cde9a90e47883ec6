#include "bench/demo_ways.h"

namespace bench {

std::vector<std::string> AllAtOnce() {
  return {"batcher.policy.kind=unbatched", "batcher.max_in_flight=null"};
}

std::vector<std::string> ArticlesLoop() {
  return {"batcher.policy.kind=tick", "batcher.policy.period=100ms", "batcher.max_in_flight=null",
          "batcher.max_items=1000",   "batcher.single_below=1",      "batcher.dedup=false",
          "client.poll.kind=fixed",   "client.poll.every=100ms"};
}

std::vector<Way> FourWays() {
  return {
      {.label = "one by one",
       .overrides = {"batcher.policy.kind=unbatched", "batcher.max_in_flight=1",
                     "client.timeout=10m"}},
      {.label = "all at once", .overrides = AllAtOnce()},
      {.label = "article, 100 ms tick", .overrides = ArticlesLoop()},
      {.label = "batchlab *",
       .overrides = {"batcher.policy.kind=window", "batcher.policy.window=10ms",
                     "batcher.max_in_flight=4", "batcher.max_items=250",
                     "client.poll.kind=expected"},
       .warms_up = true},
  };
}

Job TenAddresses() {
  return {.title = "Ten addresses",
          .file = "article.json",
          .overrides = {"slo=[]"},
          .warm_up_items = 10,
          .simulate_one_by_one = false};
}

Job Sheet() {
  return {.title = "A sheet of 1,000 cells",
          .file = "excel-recalc.json",
          .overrides = {"slo=[]", "arrivals.count=1", "keys.kind=sequential"},
          .warm_up_items = 250,
          .simulate_one_by_one = true};
}

}  // namespace bench
