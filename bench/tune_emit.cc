#include "bench/tune_emit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "batcher/base/time.h"

namespace bench {
namespace {

batcher::Duration WindowOf(const Candidate& best) {
  return best.batches ? best.window : batcher::Duration(0);
}

// Never 0 for a window that is not.
std::int64_t RoundedMs(const Candidate& best) {
  const auto window = WindowOf(best);
  const auto ms = std::llround(batcher::ToMilliseconds(window));
  return window > batcher::Duration(0) ? std::max<std::int64_t>(ms, 1) : 0;
}

std::size_t ItemsOf(const Candidate& best) { return best.batches ? best.max_items : 1; }

// What the choice does and these systems can't, as a comment.
std::string SinglesLine(const Candidate& best, std::string_view comment) {
  if (!best.batches || best.single_below < 2) {
    return "";
  }
  return fmt::format(
      "{} Fewer than {} calls are to be sent singly, which this can't: it saves less.\n", comment,
      best.single_below);
}

std::string Kafka(const Candidate& best) {
  return fmt::format(
      "linger.ms={}\nmax.in.flight.requests.per.connection={}\n"
      "# batch.size counts bytes of one partition: {} x the bytes of a record. A full batch leaves "
      "at "
      "once, and records that come while a connection is busy gather for longer than "
      "linger.ms.\n{}",
      RoundedMs(best), best.max_in_flight.value_or(5), ItemsOf(best), SinglesLine(best, "#"));
}

std::string Triton(const Candidate& best) {
  return fmt::format(
      "max_batch_size: {}\ndynamic_batching {{ max_queue_delay_microseconds: {} }}\n"
      "# Triton waits only while no instance is free or no preferred size is reached; "
      "instance_group count stands for what is in flight ({}).\n{}",
      ItemsOf(best), std::llround(1e6 * batcher::ToSeconds(WindowOf(best))),
      best.max_in_flight ? fmt::to_string(*best.max_in_flight) : "no limit",
      SinglesLine(best, "#"));
}

std::string DataLoader(const Candidate& best) {
  return fmt::format(
      "new DataLoader(batchFn, {{ maxBatchSize: {}, batchScheduleFn: cb => setTimeout(cb, {}) }})\n"
      "// DataLoader opens its window at the first load and sends any number of batches at once; "
      "it "
      "also caches each key for as long as it lives.\n{}",
      ItemsOf(best), RoundedMs(best), SinglesLine(best, "//"));
}

std::string Environment(const Candidate& best) {
  return fmt::format(
      "BATCH_WINDOW_MS={:g}\nBATCH_MAX_ITEMS={}\nBATCH_MAX_IN_FLIGHT={}\nBATCH_SINGLE_BELOW={}\n"
      "# The window opens with the first call that finds the queue empty; a full batch leaves at "
      "once.\n",
      batcher::ToMilliseconds(WindowOf(best)), ItemsOf(best),
      best.max_in_flight ? fmt::to_string(*best.max_in_flight) : "", best.single_below);
}

std::string Cpp(const Candidate& best) {
  std::string lines = fmt::format(
      "batcher::BatcherOptions options;\noptions.queue.policy = batcher::{};\n",
      best.batches ? fmt::format("WindowPolicy(std::chrono::nanoseconds({}))", best.window.count())
                   : "UnbatchedPolicy()");
  lines += fmt::format("options.queue.max_items = {};\noptions.queue.max_in_flight = {};\n",
                       ItemsOf(best),
                       best.max_in_flight ? fmt::to_string(*best.max_in_flight) : "std::nullopt");
  if (best.batches) {
    lines += fmt::format("options.queue.single_below = {};{}\n", best.single_below,
                         best.single_below < 2 ? "" : "  // needs BatchFunctions::single");
  }
  return lines + "// With batcher.Retune(options.queue) it is in force at once.\n";
}

}  // namespace

const std::vector<Emitter>& Emitters() {
  static const std::vector<Emitter> emitters = {
      {.name = "cpp", .meaning = "options of batchlab::batcher", .emit = Cpp},
      {.name = "kafka", .meaning = "properties of a Kafka producer", .emit = Kafka},
      {.name = "triton", .meaning = "dynamic_batching of a Triton model", .emit = Triton},
      {.name = "dataloader", .meaning = "options of npm's DataLoader", .emit = DataLoader},
      {.name = "env", .meaning = "environment variables", .emit = Environment},
  };
  return emitters;
}

const Emitter* FindEmitter(std::string_view name) {
  const auto found = std::ranges::find(Emitters(), name, &Emitter::name);
  return found == Emitters().end() ? nullptr : &*found;
}

std::string ScenarioFields(const Candidate& best, const TuneKnobs& knobs,
                           const mock_server::ServiceOptions& server) {
  nlohmann::ordered_json json;
  if (!best.batches) {
    json["policy"] = {{"kind", "unbatched"}};
  } else {
    json["policy"] = {{"kind", "window"}, {"window", batcher::FormatDuration(best.window)}};
    json["single_below"] = best.single_below;
    json["max_items"] = best.max_items;
  }
  if (best.max_in_flight) {
    json["max_in_flight"] = *best.max_in_flight;
  }
  if (best.batches && server.batch_mode == mock_server::BatchMode::kPending) {
    const batcher::Choice& poll = knobs.polls[best.poll];
    json["poll"]["kind"] = poll.kind();
    if (poll.Has("every")) {
      json["poll"]["every"] = batcher::FormatDuration(poll.Time("every"));
    }
  }
  return json.dump();
}

}  // namespace bench
