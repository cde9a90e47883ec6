#include "results/lib/run_files.h"

#include <fmt/format.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <vector>

namespace results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".part";

// A name beside `path` that no other process writes to.
fs::path Beside(const fs::path& path) {
  return path.parent_path() /
         fmt::format(".{}.{}{}", path.filename().string(), getpid(), kUnfinished);
}

// Whether it is what a process has left that was killed while it wrote.
bool IsLeftOver(const fs::path& path) {
  std::string name = path.filename().string();
  if (!name.starts_with('.') || !name.ends_with(kUnfinished)) {
    return false;
  }
  name.resize(name.size() - kUnfinished.size());
  const char* const end = name.data() + name.size();
  const char* const number = name.data() + name.rfind('.') + 1;
  pid_t writer = 0;
  const auto [parsed_to, error] = std::from_chars(number, end, writer);
  return error == std::errc() && parsed_to == end && writer > 0 && ::kill(writer, 0) != 0 &&
         errno == ESRCH;
}

void RemoveLeftOvers(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (IsLeftOver(entry->path())) {
      found.push_back(entry->path());
    }
  }
  for (const fs::path& path : found) {
    fs::remove(path, error);
  }
}

batcher::Error Cannot(std::string_view what, const fs::path& path, std::string_view why) {
  return {fmt::format("cannot {} {}: {}", what, path.string(), why)};
}

// ROOT/runs/UTC-SCENARIO, with "-2", "-3", ... behind it when there are several within one second.
batcher::Result<fs::path> MakeNewDirectory(const RunPlace& place) {
  const fs::path runs = place.root / "runs";
  std::error_code error;
  fs::create_directories(runs, error);
  if (error) {
    return Cannot("create the output folder", runs, error.message());
  }
  std::string moment = FormatUtc(place.now);
  std::erase_if(moment, [](char c) { return c == '-' || c == ':'; });
  const std::string name = moment + "-" + SafeName(place.scenario_name);
  for (int attempt = 1; attempt <= 1000; ++attempt) {
    const fs::path path = runs / (attempt == 1 ? name : fmt::format("{}-{}", name, attempt));
    if (fs::create_directory(path, error)) {
      return path;
    }
    if (error) {
      return Cannot("create the output folder", path, error.message());
    }
  }
  return Cannot("create the output folder", runs / name, "1000 of this name are there already");
}

// The link is relative, so that the root can be moved as a whole.
std::optional<batcher::Error> TurnLink(const fs::path& link, const fs::path& directory) {
  const fs::path beside = Beside(link);
  std::error_code error;
  fs::remove(beside, error);
  fs::create_directory_symlink(directory.lexically_relative(link.parent_path()), beside, error);
  if (!error) {
    fs::rename(beside, link, error);
  }
  if (error) {
    const batcher::Error refused = Cannot("turn the link", link, error.message());
    fs::remove(beside, error);
    return refused;
  }
  return std::nullopt;
}

bool IsSafe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

batcher::Result<RunDirectory> OpenRunDirectory(const RunPlace& place) {
  RunDirectory directory;
  std::error_code error;
  if (place.chosen) {
    directory.path = *place.chosen;
    fs::create_directories(directory.path, error);
    if (error || !fs::is_directory(directory.path)) {
      return Cannot("create the output folder", directory.path,
                    error ? error.message() : "it is not a folder");
    }
  } else {
    const fs::path latest = place.root / "latest";
    const fs::file_status found = fs::symlink_status(latest, error);
    if (fs::exists(found) && !fs::is_symlink(found)) {
      return Cannot("turn the link", latest,
                    "it is no link; move it away, or choose another folder with --out");
    }
    const batcher::Result<fs::path> made = MakeNewDirectory(place);
    if (!made) {
      return made.error();
    }
    directory = {.path = *made, .latest = latest};
  }
  // Only writing tells whether one can write: a folder's permission bits do not know of full disks.
  const fs::path probe = directory.path / ".probe";
  if (auto refused = WriteFileAtOnce(probe, "probe\n")) {
    return *refused;
  }
  fs::remove(probe, error);
  for (const char* stale :
       {"run.json", "sweep.json", "tune.json", "soak.json", "calibrate.json", "report.html"}) {
    fs::remove(directory.path / stale, error);
  }
  RemoveLeftOvers(directory.path);
  return directory;
}

std::optional<batcher::Error> WriteRun(const RunDirectory& directory, const RunReport& report,
                                       const Machine& machine) {
  const batcher::Result<std::string> run_json = RunJson(report);
  if (!run_json) {
    return run_json.error();
  }
  if (auto error = WriteMachine(directory, machine)) {
    return error;
  }
  if (auto error = WriteFileAtOnce(directory.path / "run.json", *run_json)) {
    return error;
  }
  return TurnLatest(directory);
}

std::optional<batcher::Error> WriteMachine(const RunDirectory& directory, const Machine& machine) {
  return WriteFileAtOnce(directory.path / "machine.json", MachineJson(machine));
}

std::optional<batcher::Error> TurnLatest(const RunDirectory& directory) {
  return directory.latest ? TurnLink(*directory.latest, directory.path) : std::nullopt;
}

std::optional<batcher::Error> WriteFileAtOnce(const fs::path& path, std::string_view text) {
  return WriteFileAtOnce(path, [text](const TextSink& write) { write(text); });
}

std::optional<batcher::Error> WriteFileAtOnce(const fs::path& path,
                                              const std::function<void(const TextSink&)>& content) {
  const fs::path beside = Beside(path);
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  if (file == nullptr) {
    return Cannot("write", path, std::generic_category().message(errno));
  }
  errno = 0;
  bool written = true;
  content([&](std::string_view text) {
    written = written && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  });
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(beside.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    std::remove(beside.c_str());
    return Cannot("write", path, std::generic_category().message(cause));
  }
  return std::nullopt;
}

std::string SafeName(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string name;
  for (const char c : text) {
    if (name.size() == kLongest) {
      break;
    }
    const char safe = IsSafe(c) ? c : '-';
    const bool hidden = name.empty() && (safe == '.' || safe == '-');
    const bool repeated = safe == '-' && name.ends_with('-');
    if (!hidden && !repeated) {
      name += safe;
    }
  }
  name.erase(name.find_last_not_of('-') + 1);
  return name.empty() ? "run" : name;
}

}  // namespace results
