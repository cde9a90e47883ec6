#include "bench/sweep_journal.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "bench/sweep_cell.h"
#include "results/lib/run_files.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using batcher::Error;
using batcher::Result;
using Json = nlohmann::ordered_json;

constexpr const char* kPlanFile = "plan.json";
constexpr const char* kCellsFile = "cells.jsonl";
constexpr std::size_t kMostParts = 10'000;

Result<std::string> ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    return Error{fmt::format("cannot read {}: wanted the folder of a sweep that is not complete",
                             path.string())};
  }
  return text;
}

std::string HeadLine(Shard shard) {
  return Json{{"part", shard.part}, {"of", shard.of}}.dump() + "\n";
}

std::optional<Shard> ParseHead(const std::string& line) {
  const bool throws = false;
  const Json json = Json::parse(line, nullptr, throws);
  if (!json.is_object() || !json.contains("part") || !json.contains("of")) {
    return std::nullopt;
  }
  return Shard{.part = json["part"].get<std::size_t>(), .of = json["of"].get<std::size_t>()};
}

}  // namespace

Result<Shard> ParseShard(const std::string& text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, part_error] = std::from_chars(text.data(), end, shard.part);
  if (part_error == std::errc() && slash != end && *slash == '/') {
    const auto [rest, of_error] = std::from_chars(slash + 1, end, shard.of);
    if (of_error == std::errc() && rest == end && shard.part >= 1 && shard.part <= shard.of &&
        shard.of <= kMostParts) {
      return shard;
    }
  }
  return Error{
      fmt::format("--shard: found \"{}\", wanted i/n with i from 1 to n, such as 2/3", text)};
}

Result<SweepJournal> SweepJournal::Create(const fs::path& folder, const SweepPlan& plan,
                                          Shard shard) {
  // First: runs of an earlier sweep must never stand beside the plan of this one.
  std::error_code failed;
  fs::remove(folder / kCellsFile, failed);
  if (failed) {
    return Error{
        fmt::format("cannot remove {}: {}", (folder / kCellsFile).string(), failed.message())};
  }
  if (auto error = results::WriteFileAtOnce(folder / kPlanFile, PlanJson(plan))) {
    return *error;
  }
  if (auto error = results::WriteFileAtOnce(folder / kCellsFile, HeadLine(shard))) {
    return *error;
  }
  return SweepJournal(folder, plan, shard);
}

Result<SweepJournal> SweepJournal::Open(const fs::path& folder) {
  const Result<std::string> plan_text = ReadWhole(folder / kPlanFile);
  const Result<std::string> cells = plan_text ? ReadWhole(folder / kCellsFile) : plan_text;
  if (!cells) {
    return cells.error();
  }
  const Result<SweepPlan> plan = ParsePlan(*plan_text);
  if (!plan) {
    return Error{fmt::format("{} {}", (folder / kPlanFile).string(), plan.error().message)};
  }
  std::string whole;  // the lines that can be trusted
  std::optional<Shard> shard;
  std::map<std::size_t, std::string> lines;
  std::size_t start = 0;
  for (std::size_t end = cells->find('\n'); end != std::string::npos;
       start = end + 1, end = cells->find('\n', start)) {
    const std::string line = cells->substr(start, end - start);
    if (!shard) {
      shard = ParseHead(line);
      if (!shard) {
        break;
      }
    } else {
      const Result<SweepCell> cell = ParseCell(line);
      if (!cell || cell->point >= plan->points.size() || cell->seed < plan->first_seed ||
          cell->seed - plan->first_seed >= plan->replications) {
        return Error{fmt::format("{}: a line is no run of this sweep: \"{}\"",
                                 (folder / kCellsFile).string(), line.substr(0, 60))};
      }
      lines[cell->point * plan->replications + (cell->seed - plan->first_seed)] = line;
    }
    whole += line + "\n";
  }
  if (!shard) {
    return Error{
        fmt::format("{}: its first line tells no part of a sweep", (folder / kCellsFile).string())};
  }
  SweepJournal journal(folder, *plan, *shard);
  journal.cells_ = std::move(lines);
  journal.dropped_ = start < cells->size();
  if (journal.dropped_) {
    if (auto error = results::WriteFileAtOnce(folder / kCellsFile, whole)) {
      return *error;
    }
  }
  return journal;
}

std::optional<Error> SweepJournal::Join(const SweepJournal& other) {
  if (PlanJson(other.plan_) != PlanJson(plan_)) {
    return Error{fmt::format("{} is a part of another sweep than {}", other.folder_.string(),
                             folder_.string())};
  }
  cells_.insert(other.cells_.begin(), other.cells_.end());
  return std::nullopt;
}

std::optional<Error> SweepJournal::OpenForAppending() {
  file_.reset(std::fopen((folder_ / kCellsFile).c_str(), "ab"));
  if (file_ == nullptr) {
    return Error{fmt::format("cannot write {}: {}", (folder_ / kCellsFile).string(),
                             std::generic_category().message(errno))};
  }
  return std::nullopt;
}

std::optional<Error> SweepJournal::Add(std::size_t cell, std::string line) {
  if (file_ == nullptr) {
    if (auto error = OpenForAppending()) {
      return error;
    }
  }
  const std::string text = line + "\n";
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
      std::fflush(file_.get()) != 0) {
    return Error{fmt::format("cannot write {}: {}", (folder_ / kCellsFile).string(),
                             std::generic_category().message(errno))};
  }
  cells_[cell] = std::move(line);
  return std::nullopt;
}

void SweepJournal::Remove() {
  file_.reset();
  std::error_code ignored;
  fs::remove(folder_ / kCellsFile, ignored);
}

}  // namespace bench
