#pragma once

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "batcher/base/result.h"
#include "bench/sweep_plan.h"

namespace bench {

// The i-th of n parts of a sweep.
struct Shard {
  std::size_t part = 1;  // from 1
  std::size_t of = 1;

  // The runs of a plan are dealt out in turn, so that all parts take about as long.
  [[nodiscard]] bool Has(std::size_t cell) const { return cell % of == part - 1; }
};

// "2/3". An error if it is out of range.
[[nodiscard]] batcher::Result<Shard> ParseShard(const std::string& text);

// The runs of a sweep that are done: plan.json and cells.jsonl in the folder of the sweep. A line
// is written whole and at once for each run, so that a sweep that is killed has lost no run but
// those under way. Not thread-safe.
class SweepJournal {
 public:
  // A new one.
  [[nodiscard]] static batcher::Result<SweepJournal> Create(const std::filesystem::path& folder,
                                                            const SweepPlan& plan, Shard shard);
  // One that was begun. A torn last line is dropped.
  [[nodiscard]] static batcher::Result<SweepJournal> Open(const std::filesystem::path& folder);

  [[nodiscard]] const SweepPlan& plan() const { return plan_; }
  [[nodiscard]] Shard shard() const { return shard_; }
  [[nodiscard]] bool dropped_torn_line() const { return dropped_; }

  // Lines by the number of their run: point * replications + seed - first_seed.
  [[nodiscard]] const std::map<std::size_t, std::string>& cells() const { return cells_; }
  // Takes over the runs of another part. An error if it is of another sweep.
  [[nodiscard]] std::optional<batcher::Error> Join(const SweepJournal& other);
  // Writes the line of one run; an error if the disk does not take it.
  [[nodiscard]] std::optional<batcher::Error> Add(std::size_t cell, std::string line);

  // Takes cells.jsonl away: the sweep is complete, and its files hold all of it.
  void Remove();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  SweepJournal(std::filesystem::path folder, SweepPlan plan, Shard shard)
      : folder_(std::move(folder)), plan_(std::move(plan)), shard_(shard) {}
  [[nodiscard]] std::optional<batcher::Error> OpenForAppending();

  std::filesystem::path folder_;
  SweepPlan plan_;
  Shard shard_;
  bool dropped_ = false;
  std::map<std::size_t, std::string> cells_;
  std::unique_ptr<std::FILE, CloseFile> file_;  // None until the first line is added.
};

}  // namespace bench
