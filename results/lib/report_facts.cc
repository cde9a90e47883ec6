#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "batcher/base/time.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// "lognormal, median 60ms, p99 250ms": a kind with its fields, or whatever else, in words. What is
// not given is left out.
std::string Words(const Json& json) {
  if (json.is_string()) {
    return json.get<std::string>();
  }
  if (!json.is_object()) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  std::string words;
  for (const auto& [name, value] : json.items()) {
    if (value.is_null() || (value.is_array() && value.empty())) {
      continue;
    }
    std::string text = Words(value);
    if (value.is_object()) {
      text = fmt::format("({})", text);
    }
    words += words.empty() ? "" : ", ";
    words += name == "kind" ? text : fmt::format("{} {}", name, text);
  }
  std::ranges::replace(words, '_', ' ');
  return words;
}

Json Fact(const char* name, const std::string& text) { return {name, Shortened(text)}; }

}  // namespace

Json ReadJson(const std::filesystem::path& file) {
  constexpr int kDeepest = 64;
  std::ifstream stream(file);
  return Json::parse(stream, [](int depth, Json::parse_event_t /*event*/, const Json& /*parsed*/) {
    return depth < kDeepest;
  });
}

Json TargetOf(const Json& slo) {
  if (!slo.is_array()) {
    return nullptr;
  }
  for (const Json& one : slo) {
    std::istringstream words(one.get<std::string>());
    std::string quantity;
    std::string comparison;
    std::string value;
    words >> quantity >> comparison >> value;
    const auto limit = batcher::ParseDuration(value);
    if (quantity.starts_with("latency.") && comparison.starts_with("<") && limit) {
      return {{"quantile", Shortened(quantity.substr(8))},
              {"ms", Rounded(batcher::ToMilliseconds(*limit))}};
    }
  }
  return nullptr;
}

Json FactsOf(const Json& scenario) {
  Json facts = Json::array();
  facts.push_back(Fact("Scenario", scenario.at("name").get<std::string>()));
  facts.push_back(Fact("Arrivals", Words(scenario.at("arrivals"))));
  facts.push_back(Fact("Keys", Words(scenario.at("keys"))));
  const Json& batcher = scenario.at("batcher");
  facts.push_back(Fact("Policy", Words(batcher.at("policy"))));
  const Json& slots = batcher.at("max_in_flight");
  facts.push_back(Fact("Batcher", fmt::format("{} in flight, batches of {} at most",
                                              slots.is_null() ? "any number" : Words(slots),
                                              Words(batcher.at("max_items")))));
  facts.push_back(Fact("Polls", Words(scenario.at("client").at("poll"))));
  const Json& server = scenario.at("server");
  facts.push_back(Fact("A single call takes", Words(server.at("single"))));
  facts.push_back(Fact("A batch takes", Words(server.at("batch"))));
  facts.push_back(
      Fact("Server", fmt::format("answers batches {}, {} workers",
                                 server.at("batch_mode") == "pending" ? "when polled" : "at once",
                                 server.at("workers").is_null() ? "without limit of"
                                                                : Words(server.at("workers")))));
  std::string demands;
  for (const Json& one : scenario.at("slo")) {
    demands += (demands.empty() ? "" : "; ") + one.get<std::string>();
  }
  facts.push_back(Fact("Demands", demands.empty() ? "none" : demands));
  return facts;
}

Json MachineFacts(const std::filesystem::path& folder) {
  Json facts = Json::array();
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(folder / "machine.json", ignored)) {
    return facts;
  }
  const Json machine = ReadJson(folder / "machine.json");
  facts.push_back(
      Fact("Machine", fmt::format("{} x {}, {}", Words(machine.at("cores")),
                                  Words(machine.at("cpu")), Words(machine.at("kernel")))));
  facts.push_back(Fact("Compiler", Words(machine.at("compiler"))));
  facts.push_back(Fact("Started", Words(machine.at("started_utc"))));
  return facts;
}

std::string ShellWord(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::string_view(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
               "_-./=,:@%+")
               .find(c) != std::string_view::npos;
  });
  if (plain) {
    return text;
  }
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace results
