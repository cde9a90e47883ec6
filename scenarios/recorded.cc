#include "scenarios/recorded.h"

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"

namespace scenarios {
namespace {

using batcher::Instant;

class Replay final : public ArrivalSourceOf<Replay> {
 public:
  Replay(Trace times, std::shared_ptr<const std::vector<std::uint32_t>> burst_of_call)
      : times_(std::move(times)), burst_of_call_(std::move(burst_of_call)) {
    CHECK(burst_of_call_ == nullptr || burst_of_call_->size() == times_->size());
  }

  std::optional<Arrival> Next() {
    if (next_ == times_->size()) {
      return std::nullopt;
    }
    const std::size_t call = next_++;
    return Arrival{.at = (*times_)[call],
                   .burst = burst_of_call_ == nullptr ? kNoBurst : (*burst_of_call_)[call]};
  }

 private:
  Trace times_;
  std::shared_ptr<const std::vector<std::uint32_t>> burst_of_call_;
  std::size_t next_ = 0;
};

class Sessions final : public ArrivalSourceOf<Sessions> {
 public:
  explicit Sessions(std::shared_ptr<const std::vector<RecordedSession>> sessions)
      : sessions_(std::move(sessions)), answers_(sessions_->size()) {
    for (std::uint32_t caller = 0; caller < sessions_->size(); ++caller) {
      first_.push_back({.at = (*sessions_)[caller].first, .caller = caller});
    }
    std::ranges::stable_sort(first_, {}, &Arrival::at);
  }

  std::optional<Arrival> Next() {
    return next_ == first_.size() ? std::nullopt : std::optional(first_[next_++]);
  }
  std::optional<Arrival> Again(std::uint32_t caller, Instant ended) override {
    const RecordedSession& session = (*sessions_)[caller];
    const std::size_t answer = answers_[caller]++;
    if (answer >= session.thoughts.size()) {
      return std::nullopt;
    }
    return Arrival{.at = ended + session.thoughts[answer], .caller = caller};
  }

 private:
  std::shared_ptr<const std::vector<RecordedSession>> sessions_;
  std::vector<std::size_t> answers_;  // By caller: how many there were.
  std::vector<Arrival> first_;        // Of each caller, ascending.
  std::size_t next_ = 0;
};

class InTurn final : public KeySource {
 public:
  explicit InTurn(std::shared_ptr<const std::vector<std::uint64_t>> keys) : keys_(std::move(keys)) {
    CHECK(!keys_->empty());
  }

  std::uint64_t Next() override {
    const std::uint64_t key = (*keys_)[next_];
    next_ = next_ + 1 == keys_->size() ? 0 : next_ + 1;
    return key;
  }
  [[nodiscard]] std::string Text(std::uint64_t key) const override { return SyntheticAddress(key); }
  [[nodiscard]] std::unique_ptr<KeySource> Clone() const override {
    return std::make_unique<InTurn>(*this);
  }

 private:
  std::shared_ptr<const std::vector<std::uint64_t>> keys_;
  std::size_t next_ = 0;
};

}  // namespace

ArrivalStream RecordedArrivals(Trace times,
                               std::shared_ptr<const std::vector<std::uint32_t>> burst_of_call) {
  return ArrivalStream(std::make_unique<Replay>(std::move(times), std::move(burst_of_call)), {});
}

ArrivalStream RecordedSessions(std::shared_ptr<const std::vector<RecordedSession>> sessions) {
  return ArrivalStream(std::make_unique<Sessions>(std::move(sessions)), {}, true);
}

KeyStream RecordedKeys(std::shared_ptr<const std::vector<std::uint64_t>> keys) {
  return KeyStream(std::make_unique<InTurn>(std::move(keys)));
}

}  // namespace scenarios
