#include "bench/tune_trials.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

// One run that is to be done.
struct Job {
  const Candidate* candidate = nullptr;
  std::size_t ground = 0;
  std::size_t seed = 0;  // its place among those of the ground
  std::optional<results::Replication> replication = {};
};

// Calls `work(i)` for each i below `count`, on `threads` threads.
template <class Work>
void ForEach(std::size_t count, std::size_t threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i);
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) {
    others.emplace_back(loop);
  }
  loop();
}

Trial Pool(std::span<const Job> jobs, bool same_calls) {
  Trial trial{.same_calls = same_calls};
  results::Tally all;
  for (const Job& job : jobs) {
    all.Merge(job.replication->tally);
    trial.runs.push_back(job.replication->tally.Finish());
    trial.offered_rate += job.replication->offered_rate / static_cast<double>(jobs.size());
    if (job.replication->saturated_at) {
      trial.saturated_at = job.replication->saturated_at;
    }
  }
  if (same_calls) {
    all.answering_batches /= jobs.size();
  }
  trial.summary = all.Finish();
  trial.curve = results::LatencyCurve(all.latency, static_cast<double>(all.answering_batches));
  trial.sizes = std::move(all.batch_sizes);
  return trial;
}

}  // namespace

Trials::Trials(std::vector<TrialGround> grounds, TuneKnobs knobs, std::size_t jobs,
               RunControl control)
    : grounds_(std::move(grounds)),
      knobs_(std::move(knobs)),
      jobs_(jobs),
      control_(std::move(control)) {}

Result<bool> Trials::Run(std::span<const Candidate> candidates) {
  std::vector<Job> jobs;
  for (const Candidate& candidate : candidates) {
    const auto [place, is_new] = tried_.try_emplace(candidate);
    for (std::size_t ground = 0; is_new && ground < grounds_.size(); ++ground) {
      for (std::size_t seed = 0; seed < grounds_[ground].seeds.size(); ++seed) {
        jobs.push_back({.candidate = &place->first, .ground = ground, .seed = seed});
      }
    }
  }
  std::mutex mutex;
  std::optional<Error> error;  // Guarded by mutex. The first.
  ForEach(jobs.size(), jobs_, [&](std::size_t i) {
    Job& job = jobs[i];
    const TrialGround& ground = grounds_[job.ground];
    scenarios::Scenario scenario = With(*job.candidate, knobs_, ground.scenario);
    scenario.seed = ground.seeds[job.seed];
    auto run = SimulateInNumbers(scenario, {.stop = control_.stop},
                                 ground.recorded ? &*ground.recorded : nullptr);
    const std::lock_guard lock(mutex);
    if (!run) {
      error = error ? error : run.error();
    } else if (*run) {
      if (!(*run)->violations.empty() && !error) {
        error = Error{"the simulator broke an invariant: " + (*run)->violations.front()};
      }
      job.replication = std::move((*run)->replication);
    }
  });
  const bool whole = !error && std::ranges::all_of(jobs, [](const Job& job) {
    return job.replication.has_value();
  });
  if (!whole) {
    std::erase_if(tried_, [](const auto& entry) { return entry.second.empty(); });
    return error ? Result<bool>(*error) : Result<bool>(false);
  }
  runs_ += jobs.size();
  for (std::size_t first = 0; first < jobs.size();) {
    const TrialGround& ground = grounds_[jobs[first].ground];
    const auto runs = std::span(jobs).subspan(first, ground.seeds.size());
    tried_[*jobs[first].candidate].push_back(Pool(runs, ground.recorded.has_value()));
    first += runs.size();
  }
  return true;
}

const Trial& Trials::Of(const Candidate& candidate, std::size_t ground) const {
  return tried_.at(candidate).at(ground);
}

std::vector<Candidate> Trials::Tried() const {
  std::vector<Candidate> candidates;
  candidates.reserve(tried_.size());
  for (const auto& [candidate, trials] : tried_) {
    candidates.push_back(candidate);
  }
  return candidates;
}

}  // namespace bench
