// Looks up many single rows of a real database, SQLite, from several threads: each by a query of
// its own, then through a batcher that asks for many in one query.
//
//   sqlite_lookup [FOLDER]      where the table is made, as lookup.db; else in a temporary folder
//
// Prints the time of both and how many queries were saved. Fails if the answers differ.

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/run_clock.h"
#include "batcher/batcher.h"

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kRows = 100'000;
constexpr std::size_t kThreads = 8;
constexpr std::size_t kLookUps = 5'000;  // of each thread
constexpr std::size_t kAtOnce = 50;      // look-ups that a thread has open
constexpr std::size_t kLargestQuery = 500;

using Name = std::string;
using NameOrNot = std::optional<Name>;

// One connection to the database; what it can't do it throws. One thread at a time.
class Connection {
 public:
  explicit Connection(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(path.c_str(), &opened);
    database_.reset(opened);
    Check(code);
  }

  void Run(const char* sql) {
    Check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
  }

  // The names of the ids that are there, by one query.
  std::unordered_map<std::int64_t, Name> NamesOf(std::span<const std::int64_t> ids) {
    sqlite3_stmt* query = QueryOf(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      Check(sqlite3_bind_int64(query, static_cast<int>(i) + 1, ids[i]));
    }
    std::unordered_map<std::int64_t, Name> names;
    while (sqlite3_step(query) == SQLITE_ROW) {
      const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(query, 1));
      names.emplace(sqlite3_column_int64(query, 0), name);
    }
    Check(sqlite3_reset(query));  // Tells the error of the last step, too.
    return names;
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt* query) const { sqlite3_finalize(query); }
  };

  void Check(int code) const {
    if (code != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database_.get()));
    }
  }

  // SELECT ... WHERE id IN (?, ?, ...) with as many question marks; made once for each number.
  sqlite3_stmt* QueryOf(std::size_t ids) {
    auto& query = queries_[ids];
    if (query == nullptr) {
      std::string sql = "SELECT id, name FROM places WHERE id IN (?";
      for (std::size_t i = 1; i < ids; ++i) {
        sql += ", ?";
      }
      sql += ")";
      sqlite3_stmt* prepared = nullptr;
      Check(sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr));
      query.reset(prepared);
    }
    return query.get();
  }

  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<std::size_t, std::unique_ptr<sqlite3_stmt, Close>> queries_;
};

// A table of the ids 0 to kRows - 1.
void MakeTable(const std::string& path) {
  std::filesystem::remove(path);
  Connection database(path);
  database.Run("CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
  const std::string rows =
      "WITH RECURSIVE ids(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < " +
      std::to_string(kRows) + ") INSERT INTO places SELECT id, 'place ' || id FROM ids";
  database.Run(rows.c_str());
}

// What a thread looks up: the same in both ways. One id in eleven is not there.
std::vector<std::int64_t> IdsOf(std::size_t thread) {
  batcher::RandomStream random(thread, "ids");
  std::vector<std::int64_t> ids(kLookUps);
  for (std::int64_t& id : ids) {
    id = static_cast<std::int64_t>(random.Below(kRows + kRows / 10));
  }
  return ids;
}

using Answers = std::array<std::vector<NameOrNot>, kThreads>;

struct Done {
  Answers answers;
  std::size_t queries = 0;
  double milliseconds = 0;
};

// Runs `look_up(thread, ids)` on every thread.
template <class LookUp>
Done OnEveryThread(LookUp look_up) {
  Done done;
  const auto begin = batcher::RunClock::SteadyNow();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&done, &look_up, i] { done.answers.at(i) = look_up(IdsOf(i)); });
    }
  }
  done.milliseconds = batcher::ToMilliseconds(batcher::RunClock::SteadyNow() - begin);
  return done;
}

Done OneByOne(const std::string& path) {
  Done done = OnEveryThread([&path](const std::vector<std::int64_t>& ids) {
    Connection database(path);
    std::vector<NameOrNot> names;
    for (const std::int64_t id : ids) {
      const auto found = database.NamesOf({&id, 1});
      names.push_back(found.empty() ? NameOrNot() : found.begin()->second);
    }
    return names;
  });
  done.queries = kThreads * kLookUps;
  return done;
}

Done Batched(const std::string& path) {
  std::atomic<std::size_t> queries = 0;
  const auto names_of = [&](std::span<const std::int64_t> ids, const std::stop_token& /*stop*/) {
    // Batches run on threads that the batcher keeps: each has its connection once.
    thread_local Connection database(path);
    ++queries;
    auto found = database.NamesOf(ids);
    std::vector<batcher::ItemResult<Name>> names;
    for (const std::int64_t id : ids) {
      const auto name = found.find(id);
      names.push_back(name == found.end() ? batcher::NotFound<Name>()
                                          : batcher::Found(std::move(name->second)));
    }
    return names;
  };
  batcher::BatcherOptions options;
  options.queue.policy = batcher::NaturalPolicy();  // What came while the last query ran.
  options.queue.max_items = kLargestQuery;
  options.queue.max_in_flight = 2;
  batcher::Batcher<std::int64_t, Name> places({.batch = names_of}, options);
  Done done = OnEveryThread([&places](const std::vector<std::int64_t>& ids) {
    std::vector<NameOrNot> names;
    for (std::size_t begin = 0; begin < ids.size(); begin += kAtOnce) {
      std::vector<batcher::Pending<Name>> pending;
      for (std::size_t i = begin; i < std::min(begin + kAtOnce, ids.size()); ++i) {
        pending.push_back(places.Get(ids[i]));
      }
      for (batcher::Pending<Name>& one : pending) {
        const batcher::Answer<Name>& answer = one.Wait();
        if (!IsAnswered(answer.outcome)) {
          throw std::runtime_error(answer.message);
        }
        names.push_back(answer.value);
      }
    }
    return names;
  });
  done.queries = queries;
  return done;
}

int Compare(const std::string& path) {
  MakeTable(path);
  const Done single = OneByOne(path);
  const Done batched = Batched(path);
  constexpr std::size_t kAll = kThreads * kLookUps;
  std::printf("%zu look-ups in a table of %lld rows, from %zu threads\n", kAll,
              static_cast<long long>(kRows), kThreads);
  std::printf("one by one  %6.0f ms  %zu queries\n", single.milliseconds, single.queries);
  std::printf("batched     %6.0f ms  %zu queries: %.1f %% saved\n", batched.milliseconds,
              batched.queries,
              100 * (1 - static_cast<double>(batched.queries) / static_cast<double>(kAll)));
  if (batched.answers != single.answers) {
    std::puts("The answers differ.");
    return 1;
  }
  std::puts("The answers agree.");
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  std::string folder = (std::filesystem::temp_directory_path() / "sqlite_lookup.XXXXXX").string();
  if (argc == 2) {
    return Compare(std::string(argv[1]) + "/lookup.db");
  }
  if (argc != 1 || mkdtemp(folder.data()) == nullptr) {
    std::puts("usage: sqlite_lookup [FOLDER]");
    return 2;
  }
  const int code = Compare(folder + "/lookup.db");
  std::filesystem::remove_all(folder);
  return code;
} catch (const std::exception& error) {
  std::puts(error.what());
  return 1;
}
