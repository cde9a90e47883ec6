// Goal: the directions between the folders and the rules that no compiler checks hold in every
// file. What a target links is not enough: a header-only clock compiles and links anywhere. Method:
// read every source file and apply the rules as text. The rules themselves are tried on snippets
// that break them, so that this test is known to be able to fail.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/source_rules.h"
#include "tests/source_text.h"

namespace batchlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

bool IsSource(const fs::path& path) {
  const fs::path extension = path.extension();
  return extension == ".h" || extension == ".cc" || extension == ".sh" || extension == ".py" ||
         extension == ".cmake" || path.filename() == "CMakeLists.txt" ||
         path.parent_path().filename() == "scripts";
}

std::vector<SourceFile> ReadSources() {
  const fs::path root = BATCHLAB_SOURCE_DIR;
  std::vector<SourceFile> sources;
  for (const char* folder :
       {"batcher", "mock_server", "scenarios", "results", "bench", "tests", "scripts", "cmake"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file() && IsSource(entry.path())) {
        std::ifstream in(entry.path(), std::ios::binary);
        sources.push_back({.path = entry.path().lexically_relative(root).generic_string(),
                           .text = std::string(std::istreambuf_iterator<char>(in), {})});
      }
    }
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  return sources;
}

std::vector<std::string> ProblemsOf(std::string path, std::string text) {
  return Problems({.path = std::move(path), .text = std::move(text)});
}

TEST(LayeringTest, EverySourceFileKeepsEveryRule) {
  for (const SourceFile& file : ReadSources()) {
    for (const std::string& problem : Problems(file)) {
      ADD_FAILURE() << problem;
    }
  }
}

TEST(LayeringTest, EveryRowGovernsAFile) {
  const std::vector<SourceFile> sources = ReadSources();
  for (const FolderRow& row : FolderRows()) {
    EXPECT_TRUE(std::ranges::any_of(
        sources, [&](const SourceFile& file) { return file.path.starts_with(row.path); }))
        << "no source begins with " << row.path << ": renamed?";
  }
}

TEST(SourceRulesTest, GoodCodeHasNoProblems) {
  EXPECT_THAT(ProblemsOf("batcher/core/queue.cc",
                         "#include \"batcher/core/queue.h\"\n\n#include <deque>\n\n"
                         "#include \"batcher/base/time.h\"\n"
                         "using namespace std::chrono_literals;\n"),
              IsEmpty());
}

TEST(SourceRulesTest, AFolderIncludesOnlyWhatItsRowAllows) {
  EXPECT_THAT(ProblemsOf("batcher/runtime/loop.cc", "\n#include \"mock_server/latency.h\"\n"),
              ElementsAre(HasSubstr("batcher/runtime/loop.cc:2: includes")));
  EXPECT_THAT(ProblemsOf("batcher/base/time.cc", "#include \"batcher/core/queue.h\"\n"),
              ElementsAre(HasSubstr("batcher/base/ may not use")));
  EXPECT_THAT(ProblemsOf("batcher/core/queue.cc", "#include \"batcher/runtime/loop.h\"\n"),
              ElementsAre(HasSubstr("batcher/core/ may not use")));
  EXPECT_THAT(ProblemsOf("mock_server/codec.cc", "#include \"batcher/core/wire.h\"\n"),
              ElementsAre(HasSubstr("mock_server/ may not use")));
  EXPECT_THAT(ProblemsOf("scenarios/loader.cc", "#include \"mock_server/job_store.h\"\n"),
              ElementsAre(HasSubstr("scenarios/ may not use")));
  EXPECT_THAT(ProblemsOf("results/lib/summary.cc", "#include \"bench/run.h\"\n"),
              ElementsAre(HasSubstr("results/ may not use")));
  EXPECT_THAT(ProblemsOf("results/lib/summary.cc", "#include \"batcher/recorder/recorder.h\"\n"),
              ElementsAre(HasSubstr("results/ may not use")));
  EXPECT_THAT(ProblemsOf("bench/run.cc", "#include \"mock_server/job_store.h\"\n"), IsEmpty());
}

TEST(SourceRulesTest, ATestMayIncludeWhatItsFolderMayNot) {
  EXPECT_THAT(ProblemsOf("batcher/runtime/loop_test.cc", "#include \"mock_server/latency.h\"\n"),
              IsEmpty());
}

TEST(SourceRulesTest, CodeThatDecidesHasNoClockThreadLockOrWire) {
  for (const std::string word :
       {"std::chrono::system_clock::now()", "std::thread t;", "std::jthread t;", "std::mutex m;",
        "std::condition_variable_any c;", "httplib::Client c;", "nlohmann::json j;",
        "spdlog::info(x);"}) {
    EXPECT_THAT(ProblemsOf("batcher/core/queue.cc", "\n" + word + "\n"),
                ElementsAre(HasSubstr("queue.cc:2: ")))
        << word;
    EXPECT_THAT(ProblemsOf("batcher/flow/poll.cc", word), testing::SizeIs(1)) << word;
    EXPECT_THAT(ProblemsOf("mock_server/job_store.cc", word), testing::SizeIs(1)) << word;
    EXPECT_THAT(ProblemsOf("mock_server/server.cc", word), IsEmpty()) << word;
  }
  EXPECT_THAT(ProblemsOf("batcher/flow/poll.cc", "#include \"batcher/base/run_clock.h\"\n"),
              ElementsAre(HasSubstr("is told the time")));
  EXPECT_THAT(ProblemsOf("batcher/runtime/loop.cc", "#include \"batcher/base/run_clock.h\"\n"),
              IsEmpty());
}

TEST(SourceRulesTest, NobodySleepsNotEvenATest) {
  for (const std::string call :
       {"std::this_thread::sleep_for(1ms);", "std::this_thread::sleep_until(t);", "usleep(1);"}) {
    EXPECT_THAT(ProblemsOf("bench/run.cc", call), testing::SizeIs(1)) << call;
    EXPECT_THAT(ProblemsOf("batcher/runtime/loop_test.cc", call), testing::SizeIs(1)) << call;
  }
}

TEST(SourceRulesTest, OnlyTheRunClockReadsTheSteadyClock) {
  const std::string text = "#pragma once\nauto t = std::chrono::steady_clock::now();\n";
  EXPECT_THAT(ProblemsOf("batcher/base/run_clock.h", text), IsEmpty());
  EXPECT_THAT(ProblemsOf("batcher/base/other_clock.h", text),
              ElementsAre(HasSubstr("other_clock.h:2: ")));
  EXPECT_THAT(ProblemsOf("tests/end_to_end_test.cc", text), testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run.cc", "using Clock = std::chrono::steady_clock;"),
              testing::SizeIs(1));
}

TEST(SourceRulesTest, ChanceComesFromRandomStreams) {
  EXPECT_THAT(ProblemsOf("bench/run.cc", "std::random_device device;"), testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run.cc", "std::exponential_distribution<> gap(rate);"),
              testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run.cc", "const double gap_distribution = 1;"), IsEmpty());
}

TEST(SourceRulesTest, OnlyChronoLiteralsAreUsedAsANamespaceAndNotInHeaders) {
  EXPECT_THAT(ProblemsOf("bench/run.cc", "using namespace std;\n"), testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run.h", "#pragma once\nusing namespace std::chrono_literals;\n"),
              ElementsAre(HasSubstr("run.h:2: ")));
}

TEST(SourceRulesTest, NoBracedTemporaryStandsInsideACoAwait) {
  EXPECT_THAT(ProblemsOf("bench/run.cc", "const int x =\n  co_await Ask(\n    Options{.a = 1});"),
              ElementsAre(HasSubstr("run.cc:2: ")));
  EXPECT_THAT(ProblemsOf("bench/run.cc", "Options o{.a = 1};\nco_await Ask(o);\nif (x) { y(); }"),
              IsEmpty());
  EXPECT_THAT(ProblemsOf("bench/run.cc", "auto operator co_await() & { return Ask(*this); }"),
              IsEmpty());
}

TEST(SourceRulesTest, HeadersArePragmaOnceAndFreeOfThirdParties) {
  EXPECT_THAT(ProblemsOf("bench/run.h", "int x;\n"), ElementsAre(HasSubstr("#pragma once")));
  for (const std::string include : {"<httplib.h>", "<nlohmann/json.hpp>", "<CLI/CLI.hpp>",
                                    "<spdlog/spdlog.h>", "<fmt/core.h>"}) {
    EXPECT_THAT(ProblemsOf("bench/run.h", "#pragma once\n#include " + include + "\n"),
                ElementsAre(HasSubstr("run.h:2: ")))
        << include;
    EXPECT_THAT(ProblemsOf("bench/run.cc", "#include " + include + "\n"), IsEmpty()) << include;
  }
  EXPECT_THAT(ProblemsOf("bench/run.h", "#pragma once\n#include <nlohmann/json_fwd.hpp>\n"),
              IsEmpty());
}

TEST(SourceRulesTest, OurFilesAreIncludedByTheirPathFromTheRoot) {
  EXPECT_THAT(ProblemsOf("bench/run.cc", "#include \"run.h\"\n"),
              ElementsAre(HasSubstr("path from the repository root")));
}

TEST(SourceRulesTest, FilesHaveACapAndTestsAHigherOne) {
  const auto lines = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      text += "\n";
    }
    return text;
  };
  EXPECT_THAT(ProblemsOf("bench/run.cc", lines(300)), IsEmpty());
  EXPECT_THAT(ProblemsOf("bench/run.cc", lines(301)), testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run_test.cc", lines(600)), IsEmpty());
  EXPECT_THAT(ProblemsOf("bench/run_test.cc", lines(601)), testing::SizeIs(1));
}

TEST(SourceRulesTest, UnfinishedWorkIsNotLeftAsANote) {
  EXPECT_THAT(ProblemsOf("bench/run.cc",
                         "int x;  // TO"
                         "DO: more\n"),
              testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("bench/run.cc",
                         "\n/* enough\n for "
                         "now */\n"),
              ElementsAre(HasSubstr("run.cc:3: ")));
  EXPECT_THAT(ProblemsOf("scripts/run",
                         "# FIX"
                         "ME\n"),
              testing::SizeIs(1));
  EXPECT_THAT(ProblemsOf("scripts/run", "mktemp -d /tmp/run.XXXXXX\n"), IsEmpty());
}

TEST(SourceRulesTest, AFileOutsideTheKnownFoldersIsReported) {
  EXPECT_THAT(ProblemsOf("util/run.cc", ""), ElementsAre(HasSubstr("none of the folders")));
}

TEST(SourceTextTest, CommentsAndLiteralsAreNotCode) {
  for (const std::string text :
       {"// std::mutex", "/* a\n std::mutex */", R"(f("std::mutex");)", R"(f("\" std::mutex");)",
        R"y(f(R"x(std::mutex " )" )x");)y", "int n = 1'000; /* std::mutex */"}) {
    EXPECT_THAT(ProblemsOf("batcher/core/queue.cc", text), IsEmpty()) << text;
    EXPECT_THAT(ProblemsOf("batcher/core/queue.cc", text + "\nstd::mutex m;"), testing::SizeIs(1))
        << text;
  }
}

TEST(SourceTextTest, AWordIsFoundOnlyAsAWordOfItsOwn) {
  EXPECT_THAT(FindWord("sleep_for(sleep_fork, my_sleep_for)", "sleep_for"), ElementsAre(0));
  EXPECT_THAT(FindWord("steady_clock::now()", "_clock::now"), ElementsAre(6));
}

}  // namespace
}  // namespace batchlab
