#include "bench/sweep_run.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bench/sweep_cell.h"

namespace bench {
namespace {

std::vector<std::size_t> CellsLeft(const SweepJournal& journal) {
  std::vector<std::size_t> left;
  for (std::size_t cell = 0; cell < journal.plan().cells(); ++cell) {
    if (journal.shard().Has(cell) && !journal.cells().contains(cell)) {
      left.push_back(cell);
    }
  }
  return left;
}

// What the threads of a sweep share.
class Work {
 public:
  Work(SweepJournal& journal, const RunControl& control)
      : journal_(journal), control_(control), left_(CellsLeft(journal)) {}

  // Runs cells until there are none left, or one fails.
  void Run() {
    while (const std::optional<std::size_t> cell = Take()) {
      const SweepPlan& plan = journal_.plan();
      auto result = RunCell(plan, *cell / plan.replications,
                            plan.first_seed + *cell % plan.replications, {.stop = control_.stop});
      Finish(*cell, std::move(result));
    }
  }

  // Once all threads are done.
  [[nodiscard]] batcher::Result<bool> Outcome() {
    if (error_) {
      return *error_;
    }
    return done_ == left_.size();
  }

 private:
  std::optional<std::size_t> Take() {
    const std::lock_guard lock(mutex_);
    if (next_ == left_.size() || error_ || control_.stop.stop_requested()) {
      return std::nullopt;
    }
    return left_[next_++];
  }

  void Finish(std::size_t cell, batcher::Result<std::optional<SweepCell>> result) {
    const std::string line = result && *result ? CellJson(**result) : "";
    const std::lock_guard lock(mutex_);
    std::optional<batcher::Error> error;
    if (!result) {
      error = result.error();
    } else if (*result) {
      error = journal_.Add(cell, line);
      ++done_;
    }
    error_ = error_ ? error_ : error;
    if (control_.progress != nullptr) {
      control_.progress->Update(static_cast<double>(done_) / static_cast<double>(left_.size()));
    }
  }

  SweepJournal& journal_;  // Guarded by mutex_, but for its plan.
  const RunControl& control_;
  std::mutex mutex_;
  const std::vector<std::size_t> left_;
  std::size_t next_ = 0;                 // Guarded by mutex_.
  std::size_t done_ = 0;                 // Guarded by mutex_.
  std::optional<batcher::Error> error_;  // Guarded by mutex_. The first.
};

}  // namespace

SweepWork WorkOf(const SweepJournal& journal) {
  SweepWork work;
  for (std::size_t cell = 0; cell < journal.plan().cells(); ++cell) {
    work.all += journal.shard().Has(cell) ? 1U : 0U;
  }
  work.left = CellsLeft(journal).size();
  return work;
}

batcher::Result<bool> RunSweep(SweepJournal& journal, std::size_t jobs, const RunControl& control) {
  Work work(journal, control);
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < jobs; ++i) {
    threads.emplace_back([&work] { work.Run(); });
  }
  work.Run();
  threads.clear();  // joins
  return work.Outcome();
}

}  // namespace bench
