#include "bench/hunt/case_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <type_traits>

#include "batcher/core/policy.h"
#include "batcher/flow/poll.h"

namespace hunt {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using Json = nlohmann::ordered_json;

std::vector<batcher::KindSpec> PolicySpecs() {
  std::vector<batcher::KindSpec> specs;
  for (const batcher::PolicyKind& kind : batcher::PolicyKinds()) {
    specs.push_back(kind.spec);
  }
  return specs;
}

Json DurationJson(Duration time) { return batcher::FormatDuration(time); }

// Writes fields into an object.
class Writer {
 public:
  explicit Writer(Json& object) : object_(object) {}

  template <class T>
  void Number(const char* name, T& value, const std::type_identity_t<T>& fallback) {
    if (value != fallback) {
      object_[name] = value;
    }
  }
  void Time(const char* name, Duration& value, Duration fallback) {
    if (value != fallback) {
      object_[name] = DurationJson(value);
    }
  }
  void Moment(const char* name, Instant& value, Instant fallback) {
    if (value != fallback) {
      object_[name] = DurationJson(value.time_since_epoch());
    }
  }
  template <class T>
  void Limit(const char* name, std::optional<T>& value) {
    object_[name] = value ? Json(*value) : Json(nullptr);
  }
  template <class Enum>
  void Word(const char* name, Enum& value, std::span<const std::string_view> words) {
    object_[name] = words[static_cast<std::size_t>(value)];
  }
  void Kind(const char* name, Choice& value, const std::vector<batcher::KindSpec>& specs) {
    Json& kind = object_[name];
    kind["kind"] = value.kind();
    for (const batcher::KindSpec& spec : specs) {
      for (const batcher::FieldSpec& field : spec.fields) {
        if (spec.name == value.kind() && value.Has(field.name)) {
          kind[std::string(field.name)] = field.unit == batcher::FieldUnit::kDuration
                                              ? DurationJson(value.Time(field.name))
                                              : Json(value.Number(field.name));
        }
      }
    }
  }
  template <class Describe>
  void Object(const char* name, Describe describe) {
    Writer inner(object_[name]);
    describe(inner);
  }
  template <class T, class Describe>
  void List(const char* name, std::vector<T>& items, Describe describe) {
    object_[name] = Json::array();
    for (T& item : items) {
      Writer inner(object_[name].emplace_back(Json::object()));
      describe(inner, item);
    }
  }

 private:
  Json& object_;
};

// Reads them back. What has no such form is thrown as text.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  template <class T>
  void Number(const char* name, T& value, const std::type_identity_t<T>& fallback) {
    value = object_.value(name, fallback);
  }
  void Time(const char* name, Duration& value, Duration fallback) const {
    value = object_.contains(name) ? DurationOf(object_.at(name)) : fallback;
  }
  void Moment(const char* name, Instant& value, Instant fallback) const {
    value = object_.contains(name) ? Instant(DurationOf(object_.at(name))) : fallback;
  }
  template <class T>
  void Limit(const char* name, std::optional<T>& value) {
    const Json& found = object_.at(name);
    value = found.is_null() ? std::nullopt : std::optional(found.get<T>());
  }
  template <class Enum>
  void Word(const char* name, Enum& value, std::span<const std::string_view> words) {
    const auto found = std::ranges::find(words, object_.at(name).get<std::string>());
    if (found == words.end()) {
      throw std::invalid_argument(std::string(name) + ": an unknown word");
    }
    value = static_cast<Enum>(found - words.begin());
  }
  void Kind(const char* name, Choice& value, const std::vector<batcher::KindSpec>& specs) const {
    const Json& found = object_.at(name);
    const std::string kind = found.at("kind");
    const auto spec = std::ranges::find(specs, kind, &batcher::KindSpec::name);
    if (spec == specs.end()) {
      throw std::invalid_argument(std::string(name) + ": an unknown kind");
    }
    value = Choice(*spec);
    for (const batcher::FieldSpec& field : spec->fields) {
      const std::string key(field.name);
      if (found.contains(key)) {
        const Json& number = found.at(key);
        value.Set(field.name, number.is_string() ? static_cast<double>(DurationOf(number).count())
                                                 : number.get<double>());
      }
    }
  }
  template <class Describe>
  void Object(const char* name, Describe describe) {
    Reader inner(object_.at(name));
    describe(inner);
  }
  template <class T, class Describe>
  void List(const char* name, std::vector<T>& items, Describe describe) {
    for (const Json& object : object_.at(name)) {
      Reader inner(object);
      describe(inner, items.emplace_back());
    }
  }

 private:
  static Duration DurationOf(const Json& text) {
    const auto time = batcher::ParseDuration(text.get<std::string>());
    if (!time) {
      throw std::invalid_argument(time.error().message);
    }
    return *time;
  }

  const Json& object_;
};

constexpr std::array<std::string_view, 3> kOverflowNames = {"reject", "shed_oldest", "wait"};

template <class Visitor>
void DescribeQueue(Visitor& visit, batcher::QueueOptions& queue) {
  visit.Kind("policy", queue.policy, PolicySpecs());
  visit.Number("max_items", queue.max_items, 1000);
  visit.Limit("max_bytes", queue.max_bytes);
  visit.Limit("max_in_flight", queue.max_in_flight);
  visit.Number("max_queued", queue.max_queued, 100'000);
  visit.Word("overflow", queue.overflow, kOverflowNames);
  visit.Number("single_below", queue.single_below, 1);
  visit.Number("dedup", queue.dedup, true);
  visit.Number("join_in_flight", queue.join_in_flight, false);
}

template <class Visitor>
void DescribeWire(Visitor& visit, batcher::WireOptions& wire) {
  visit.Kind("poll", wire.poll, batcher::PollKinds());
  visit.Number("retries", wire.retries, 0);
  visit.Time("backoff", wire.backoff, Duration(0));
  visit.Time("timeout", wire.timeout, std::chrono::seconds(30));
  visit.Number("isolation_requests", wire.isolation_requests, 0);
  visit.Time("attempt_timeout", wire.attempt_timeout, std::chrono::seconds(10));
  visit.Number("max_connections", wire.max_connections, 100);
  bool budgeted = wire.retry_budget.has_value();
  visit.Number("retry_budget", budgeted, false);
  batcher::RetryBudgetOptions budget = wire.retry_budget.value_or(batcher::RetryBudgetOptions{});
  if (budgeted) {
    visit.Number("retry_reserve", budget.reserve, 0);
    visit.Number("retry_share", budget.share, -1);
  }
  wire.retry_budget = budgeted ? std::optional(budget) : std::nullopt;
  bool limited = wire.rate_limit.has_value();
  visit.Number("rate_limited", limited, false);
  if (limited) {
    batcher::ClientRateLimit limit = wire.rate_limit.value_or(batcher::ClientRateLimit{});
    visit.Number("rate_per_second", limit.rate_per_second, 0);
    visit.Number("burst", limit.burst, 0);
    wire.rate_limit = limit;
  }
  visit.Time("min_poll", wire.min_poll, Duration(0));
  visit.Limit("max_credits", wire.max_credits);
  visit.Time("cost_per_request", wire.cost.per_request, Duration(0));
  visit.Time("cost_per_item", wire.cost.per_item, Duration(0));
}

template <class Visitor>
void DescribeService(Visitor& visit, Service& service) {
  visit.Number("seed", service.seed, 0);
  visit.Time("takes", service.takes, Duration(0));
  visit.Number("spread", service.spread, 0);
  visit.Time("per_item", service.per_item, Duration(0));
  visit.Number("pending", service.pending, 0);
  visit.Number("unknown", service.unknown, 0);
  visit.Time("grid", service.grid, Duration(0));
  for (std::size_t i = 0; i < kFaultNames.size(); ++i) {
    visit.Number(kFaultNames[i].data(), service.faults[i], 0);
  }
}

template <class Visitor>
void DescribeCall(Visitor& visit, Call& call) {
  visit.Moment("at", call.at, Instant::min());
  visit.Number("key", call.key, static_cast<std::uint64_t>(-1));
  visit.Number("bytes", call.bytes, 0);
  visit.Moment("deadline", call.deadline, batcher::kNever);
  visit.Moment("cancel_at", call.cancel_at, batcher::kNever);
  visit.Number("can_wait", call.can_wait, false);
  visit.Number("asks_again", call.asks_again, false);
  visit.Number("throws", call.throws, false);
}

template <class Visitor>
void DescribeOrder(Visitor& visit, Order& order) {
  visit.Moment("at", order.at, Instant::min());
  visit.Word("kind", order.kind, kOrderNames);
  if (order.kind == Order::Kind::kRetune) {
    visit.Object("queue", [&](auto& inner) { DescribeQueue(inner, order.queue); });
  }
  visit.Moment("deadline", order.deadline, Instant{});
}

template <class Visitor>
void DescribeCase(Visitor& visit, Case& run) {
  visit.Number("seed", run.seed, 0);
  visit.Word("world", run.world, kWorldNames);
  visit.Object("queue", [&](auto& inner) { DescribeQueue(inner, run.options.queue); });
  visit.Object("wire", [&](auto& inner) { DescribeWire(inner, run.options.wire); });
  visit.Number("has_single", run.options.has_single, true);
  visit.Number("batcher_seed", run.options.seed, 1);
  visit.Object("service", [&](auto& inner) { DescribeService(inner, run.service); });
  visit.List("calls", run.calls, [](auto& inner, Call& call) { DescribeCall(inner, call); });
  visit.List("orders", run.orders, [](auto& inner, Order& order) { DescribeOrder(inner, order); });
}

}  // namespace

std::string CaseText(const Case& run) {
  Case visited = run;  // Fields that may be read may be written too: give it a copy.
  Json object;
  Writer writer(object);
  DescribeCase(writer, visited);
  return object.dump(1) + "\n";
}

batcher::Result<Case> ParseCase(std::string_view text) {
  try {
    const Json object = Json::parse(text);
    Case run;
    Reader reader(object);
    DescribeCase(reader, run);
    if (auto problem = batcher::ProblemOf(run.options.queue)) {
      return *problem;
    }
    if (auto problem = batcher::ProblemOf(run.options.wire)) {
      return *problem;
    }
    if (!std::ranges::is_sorted(run.calls, {}, &Call::at) ||
        !std::ranges::is_sorted(run.orders, {}, &Order::at)) {
      return batcher::Error{"calls, orders: found a time before the one above it"};
    }
    return run;
  } catch (const std::exception& error) {
    return batcher::Error{error.what()};
  }
}

}  // namespace hunt
