#include "tests/source_rules.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "tests/source_text.h"

namespace batchlab {
namespace {

constexpr std::size_t kMaxLines = 300;
constexpr std::size_t kMaxTestLines = 600;
constexpr std::string_view kClockReader = "batcher/base/run_clock.h";

using Words = std::vector<std::string_view>;

const Words kBannedWhereDecided = {
    "_clock::now", "std::thread", "std::jthread",      "std::mutex", "std::condition_variable",
    "httplib",     "nlohmann",    "std::shared_mutex", "spdlog",     "std::condition_variable_any"};

const Words kSleeps = {"sleep_for", "sleep_until", "usleep", "nanosleep", "clock_nanosleep"};

const Words kUnfinished = {"TODO", "FIXME", "XXX", "for now"};

const Words kOurFolders = {"batcher/", "mock_server/", "scenarios/",
                           "results/", "bench/",       "tests/"};

// Slow to compile, or of a version that a user of our headers need not have.
const Words kThirdParty = {"httplib", "nlohmann/", "CLI/",      "spdlog/",
                           "fmt/",    "boost/",    "benchmark/"};
constexpr std::string_view kCheapThirdParty = "nlohmann/json_fwd.hpp";

bool BeginsWithAny(std::string_view path, const Words& beginnings) {
  return std::ranges::any_of(beginnings,
                             [&](auto beginning) { return path.starts_with(beginning); });
}

bool IsHeader(const SourceFile& file) { return file.path.ends_with(".h"); }
bool IsCpp(const SourceFile& file) { return IsHeader(file) || file.path.ends_with(".cc"); }
bool IsTest(const SourceFile& file) {
  return file.path.ends_with("_test.cc") || file.path.ends_with("_bench.cc") ||
         file.path.starts_with("tests/");
}

const FolderRow* RowOf(const SourceFile& file) {
  const FolderRow* best = nullptr;
  for (const FolderRow& row : FolderRows()) {
    const bool matches = file.path.starts_with(row.path);
    if (matches && (best == nullptr || row.path.size() > best->path.size())) {
      best = &row;
    }
  }
  return best;
}

// One file under examination, and what was found wrong with it.
class Examination {
 public:
  explicit Examination(const SourceFile& file) : file_(file) {}

  std::vector<std::string> Run() {
    if (!IsCpp(file_)) {
      BanWords(file_.text, kUnfinished, "marks unfinished work");
      return std::move(problems_);
    }
    CheckShape();
    CheckIncludes();
    CheckFolder();
    CheckTimeAndChance();
    CheckNamespaces();
    CheckAwaits();
    BanWords(parts_.comments, kUnfinished, "marks unfinished work");
    return std::move(problems_);
  }

 private:
  void Report(std::size_t line, const std::string& problem) {
    problems_.push_back(file_.path + ":" + std::to_string(line) + ": " + problem);
  }

  void BanWords(std::string_view text, const Words& words, const std::string& why) {
    for (const std::string_view word : words) {
      for (const std::size_t at : FindWord(text, word)) {
        Report(LineAt(text, at), "\"" + std::string(word) + "\" " + why);
      }
    }
  }

  void CheckShape() {
    const std::size_t lines = Lines(file_.text).size();
    const std::size_t cap = IsTest(file_) ? kMaxTestLines : kMaxLines;
    if (lines > cap) {
      Report(lines, "the file has more than " + std::to_string(cap) + " lines");
    }
    if (IsHeader(file_) && parts_.code.find("#pragma once") == std::string::npos) {
      Report(1, "the header lacks #pragma once");
    }
  }

  void CheckIncludes() {
    const std::vector<std::string_view> code = Lines(parts_.code);
    const std::vector<std::string_view> text = Lines(file_.text);
    for (std::size_t i = 0; i < code.size(); ++i) {
      const std::size_t open = text[i].find_first_of("<\"");
      if (code[i].starts_with("#include") && open != std::string_view::npos) {
        const std::string_view path = text[i].substr(open + 1);
        CheckInclude(i + 1, path.substr(0, path.find_first_of(">\"")), text[i][open] == '"');
      }
    }
  }

  void CheckInclude(std::size_t line, std::string_view path, bool quoted) {
    const std::string shown = "includes \"" + std::string(path) + "\"";
    if (IsHeader(file_) && path != kCheapThirdParty && BeginsWithAny(path, kThirdParty)) {
      Report(line, shown + ": third-party headers belong into .cc files");
    }
    if (quoted && !BeginsWithAny(path, kOurFolders)) {
      Report(line, shown + ": quotes are for our files, by their path from the repository root");
      return;
    }
    const FolderRow* row = RowOf(file_);
    if (!quoted || row == nullptr || IsTest(file_)) {
      return;
    }
    if (!BeginsWithAny(path, row->may_include)) {
      Report(line, shown + ", which " + std::string(row->path) + " may not use");
    }
    if (row->decides && path == kClockReader) {
      Report(line, shown + ", but code that decides is told the time");
    }
  }

  void CheckFolder() {
    const FolderRow* row = RowOf(file_);
    if (row == nullptr) {
      Report(1, "the file stands in none of the folders that have a rule");
    } else if (row->decides && !IsTest(file_)) {
      BanWords(parts_.code, kBannedWhereDecided, "has no place in code that decides");
    }
  }

  void CheckTimeAndChance() {
    BanWords(parts_.code, kSleeps, "waits for a moment instead of a condition");
    BanWords(parts_.code, {"random_device"}, "cannot be replayed: use a RandomStream");
    if (file_.path != kClockReader) {
      // A clock under another name (the last word) would be read unseen.
      BanWords(parts_.code,
               {"steady_clock::now", "high_resolution_clock", "= std::chrono::steady_clock;"},
               "reads a clock: only RunClock does");
    }
    for (std::size_t at = 0; (at = parts_.code.find("_distribution", at)) != std::string::npos;
         ++at) {
      std::size_t begin = at;
      while (begin > 0 && IsWordCharacter(parts_.code[begin - 1])) {
        --begin;
      }
      if (std::string_view(parts_.code).substr(0, begin).ends_with("std::")) {
        Report(
            LineAt(parts_.code, at),
            "a distribution of the standard library differs between machines: use a RandomStream");
      }
    }
  }

  void CheckNamespaces() {
    for (const std::size_t at : FindWord(parts_.code, "using namespace")) {
      const std::string_view rest = std::string_view(parts_.code).substr(at);
      const std::string_view used = rest.substr(0, rest.find(';'));
      if (IsHeader(file_) || used != "using namespace std::chrono_literals") {
        Report(LineAt(parts_.code, at),
               "\"" + std::string(used) + "\": only std::chrono_literals, and only in .cc files");
      }
    }
  }

  void CheckAwaits() {
    for (const std::size_t at : FindWord(parts_.code, "co_await")) {
      const std::string_view code = parts_.code;
      const std::string_view rest = code.substr(at);
      if (code.substr(0, at).ends_with("operator ")) {
        continue;  // Its body follows.
      }
      if (rest.substr(0, rest.find(';')).find('{') != std::string_view::npos) {
        Report(LineAt(parts_.code, at),
               "a braced temporary inside a co_await expression is freed twice by g++ 12: name it");
      }
    }
  }

  const SourceFile& file_;
  SourceParts parts_ = TakeApart(file_.text);
  std::vector<std::string> problems_;
};

}  // namespace

const std::vector<FolderRow>& FolderRows() {
  static const Words core = {"batcher/base/", "batcher/core/", "batcher/flow/"};
  static const Words mock_server = {"mock_server/", "batcher/base/"};
  static const std::vector<FolderRow> rows = {
      {.path = "batcher/", .may_include = {"batcher/"}},
      {.path = "batcher/base/", .may_include = {"batcher/base/"}},
      {.path = "batcher/core/", .may_include = core, .decides = true},
      {.path = "batcher/flow/", .may_include = core, .decides = true},
      {.path = "mock_server/", .may_include = mock_server},
      {.path = "mock_server/service_model", .may_include = mock_server, .decides = true},
      {.path = "mock_server/latency", .may_include = mock_server, .decides = true},
      {.path = "mock_server/fault", .may_include = mock_server, .decides = true},
      {.path = "mock_server/geocoder", .may_include = mock_server, .decides = true},
      {.path = "mock_server/job_store", .may_include = mock_server, .decides = true},
      {.path = "scenarios/",
       .may_include = {"scenarios/", "batcher/base/", "batcher/core/", "batcher/flow/poll.h",
                       "mock_server/service_model.h", "mock_server/fault_kinds.h",
                       "mock_server/latency.h"}},
      {.path = "results/",
       .may_include = {"results/", "batcher/base/", "batcher/core/",
                       "batcher/recorder/ledger_rows.h", "batcher/recorder/row_file.h"}},
      {.path = "bench/", .may_include = kOurFolders},
      {.path = "tests/", .may_include = kOurFolders},
  };
  return rows;
}

std::vector<std::string> Problems(const SourceFile& file) { return Examination(file).Run(); }

}  // namespace batchlab
