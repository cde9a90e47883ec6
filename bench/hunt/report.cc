#include "bench/hunt/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "bench/hunt/case_file.h"

namespace hunt {
namespace {

// "12,345".
std::string Grouped(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

// "a, b, c", broken into lines.
std::string Wrapped(const std::vector<std::string>& words) {
  constexpr std::size_t kWidth = 100;
  std::string text;
  std::size_t column = kWidth;
  for (const std::string& word : words) {
    if (column + word.size() > kWidth) {
      text += text.empty() ? "  " : ",\n  ";
      column = 2;
    } else {
      text += ", ";
      column += 2;
    }
    text += word;
    column += word.size();
  }
  return text;
}

std::string Words(std::string_view name) {
  std::string words(name);
  for (char& letter : words) {
    letter = letter == '_' ? ' ' : letter;
  }
  return words;
}

// What is on in a case, in a line.
std::string Summary(const Case& run) {
  std::string text = fmt::format("{} calls, {} orders, policy {}, world {}", run.calls.size(),
                                 run.orders.size(), run.options.queue.policy.kind(),
                                 kWorldNames[static_cast<std::size_t>(run.world)]);
  for (std::size_t i = 0; i < kFaultNames.size(); ++i) {
    if (run.service.faults[i] > 0) {
      text += fmt::format(", {} {:.0f} %", Words(kFaultNames[i]), 100 * run.service.faults[i]);
    }
  }
  return text;
}

}  // namespace

std::string FindText(const FindReport& report) {
  return fmt::format(
      "BROKEN: {}\n"
      "  {}\n"
      "seed {}: {}\n"
      "smallest case that shows it: {}\n"
      "\n{}\n"
      "See it again:\n"
      "  {} --seeds {}\n"
      "  {} --case {}\n",
      report.broken.rule, report.broken.sentence, report.found.seed, Summary(report.found),
      Summary(report.smallest), CaseText(report.smallest), report.program, report.found.seed,
      report.program, report.file);
}

std::string FindJson(const FindReport& report) {
  nlohmann::ordered_json json;
  json["broken"] = report.broken.rule;
  json["sentence"] = report.broken.sentence;
  json["seed"] = report.found.seed;
  json["file"] = report.file;
  json["case"] = nlohmann::ordered_json::parse(CaseText(report.smallest));
  return json.dump(2) + "\n";
}

std::string QuietText(const SearchResult& result, const HuntTimes& times) {
  std::vector<std::string> happened;
  for (std::size_t i = 0; i < kHappenedNames.size(); ++i) {
    happened.push_back(fmt::format("{} {}", Grouped(result.tally[static_cast<Happened>(i)]),
                                   Words(kHappenedNames[i])));
  }
  return fmt::format(
      "Every promise kept: {} seeds, {} calls in {:.1f} s ({:.1f} s of CPU, {:.2f} ms a "
      "seed).\n{}\n",
      Grouped(result.seeds), Grouped(result.tally[Happened::kCalls]), times.wall_s, times.cpu_s,
      1e3 * times.cpu_s / static_cast<double>(std::max<std::uint64_t>(result.seeds, 1)),
      Wrapped(happened));
}

std::string QuietJson(const SearchResult& result, const HuntTimes& times) {
  nlohmann::ordered_json json;
  json["broken"] = nullptr;
  json["seeds"] = result.seeds;
  json["wall_s"] = times.wall_s;
  json["cpu_s"] = times.cpu_s;
  for (std::size_t i = 0; i < kHappenedNames.size(); ++i) {
    json["happened"][std::string(kHappenedNames[i])] = result.tally[static_cast<Happened>(i)];
  }
  return json.dump(2) + "\n";
}

}  // namespace hunt
