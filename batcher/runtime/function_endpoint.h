#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/batcher_check.h"
#include "batcher/runtime/batch_stops.h"
#include "batcher/runtime/completion.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/user_functions.h"
#include "batcher/runtime/workers.h"

namespace batcher {

// A user's own way to look up many keys at once: a database query, an HTTP API, anything. Give
// `start` or `batch`, and `single` if looking up one key is cheaper by itself.
//
// What takes longer than `wire.attempt_timeout` (10 s) is asked to stop and called again, as
// `wire.retries` (2) allows: a slow query may run twice at once. Raise the first, or set the second
// to 0, if it must not. None of them may wait for a call of their own batcher: it may need the slot
// that they hold.
template <class Key, class Value>
struct BatchFunctions {
  using Rules = UserFunctionRules<Key, Value>;

  // Blocks, on a thread of the batcher's own, until all is looked up; answers one result for each
  // key, in their order. Too few: the rest are kMissingResult; too many: ignored and counted. May
  // throw: the batch then fails as kFailedThrew. Should return soon once a stop is requested:
  // nobody waits for its results any more. Must be thread-safe: it runs for several batches at
  // once, each on a thread of its own.
  UserFunction<std::vector<ItemResult<Value>>(std::span<const Key>, std::stop_token),
               Rules::template Batch>
      batch = {};
  // Starts the look-up and returns; the completion is finished later, from any thread. The keys
  // live until then. Called on the batcher's thread. May throw, as above. If both are given,
  // `batch` is never called.
  UserFunction<void(std::span<const Key>, Completion<Value>), Rules::template Start> start = {};
  // Blocks, like `batch`, for one key; see QueueOptions::single_below. Must be thread-safe, too.
  UserFunction<ItemResult<Value>(const Key&, std::stop_token), Rules::template Single> single = {};
  // What a key adds to a batch, in bytes or whatever QueueOptions::max_bytes is to limit. None:
  // nothing. Must be thread-safe and must not throw: it runs on the threads that submit.
  UserFunction<std::size_t(const Key&), Rules::template Bytes> bytes_of = {};
};

// Turns what is being thrown into one sentence.
std::string DescribeException(const std::exception_ptr& thrown);

// The endpoint of a batcher with functions.
template <class Key, class Value>
class FunctionEndpoint final : public Endpoint<Key, Value> {
 public:
  using Done = typename Endpoint<Key, Value>::Done;

  // REQUIRES: `start` or `batch` is given.
  explicit FunctionEndpoint(BatchFunctions<Key, Value> functions)
      : functions_(std::move(functions)) {
    BATCHER_CHECK(functions_.start || functions_.batch);
  }

  ~FunctionEndpoint() override { stops_.RequestAll(); }
  FunctionEndpoint(const FunctionEndpoint&) = delete;
  FunctionEndpoint& operator=(const FunctionEndpoint&) = delete;

  void Send(const Request<Key>& request, Done done) override {
    const std::stop_source source = stops_.Begin(request.batch);
    const std::stop_token stop = source.get_token();
    auto ended = [this, source, batch = request.batch,
                  done = std::move(done)](EndpointReply<Value> reply) {
      stops_.End(batch, source);
      done(std::move(reply));
    };
    auto completion =
        std::make_shared<Completion<Value>>(request.keys.size(), std::move(ended), stop);
    const std::span<const Key> keys = request.keys;
    if (request.kind == RequestKind::kSingle) {
      workers_.Post([this, keys, completion, stop] {
        Guard(*completion, [&] { completion->Set(0, functions_.single(keys.front(), stop)); });
      });
    } else if (functions_.start) {
      try {
        functions_.start(keys, std::move(*completion));
      } catch (...) {
        completion->Fail(DescribeException(std::current_exception()));
      }
    } else {
      workers_.Post([this, keys, completion, stop] {
        Guard(*completion, [&] { Fill(*completion, functions_.batch(keys, stop)); });
      });
    }
  }

  void Abandon(std::uint64_t batch) override { stops_.Request(batch); }
  void RequestStop() override { stops_.RequestAll(); }
  [[nodiscard]] std::size_t BytesOf(const Key& key) const override {
    return functions_.bytes_of ? functions_.bytes_of(key) : 0;
  }
  [[nodiscard]] bool has_single() const override { return functions_.single != nullptr; }

 private:
  static void Fill(Completion<Value>& completion, std::vector<ItemResult<Value>> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      completion.Set(i, std::move(results[i]));
    }
  }

  // Runs the user's code and finishes, or fails with what it threw.
  template <class Work>
  static void Guard(Completion<Value>& completion, Work work) {
    try {
      work();
      completion.Finish();
    } catch (...) {
      completion.Fail(DescribeException(std::current_exception()));
    }
  }

  BatchFunctions<Key, Value> functions_;
  BatchStops stops_;
  Workers workers_;  // Last member: its jobs use the functions.
};

}  // namespace batcher
