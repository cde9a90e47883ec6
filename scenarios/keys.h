#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"
#include "scenarios/copied.h"

namespace scenarios {

struct Scenario;

// Decides which key each call asks for. Keys are numbers; equal keys have equal numbers. A source
// is a file of its own and a line in the registry.
class KeySource {
 public:
  virtual ~KeySource() = default;

  // The key of the next call.
  virtual std::uint64_t Next() = 0;
  // The address that the key stands for. REQUIRES: Next() may return `key`.
  [[nodiscard]] virtual std::string Text(std::uint64_t key) const = 0;

  [[nodiscard]] virtual std::unique_ptr<KeySource> Clone() const = 0;

 protected:
  KeySource() = default;
  KeySource(const KeySource&) = default;
  KeySource& operator=(const KeySource&) = default;
};

// The keys of a run, without end. A value: a copy goes on with the same keys. Not thread-safe, but
// KeyText may be called by many threads at once.
class KeyStream {
 public:
  explicit KeyStream(std::unique_ptr<KeySource> source) : source_(std::move(source)) {}

  std::uint64_t Next() { return source_->Next(); }
  [[nodiscard]] std::string KeyText(std::uint64_t key) const { return source_->Text(key); }

 private:
  Copied<KeySource> source_;
};

// One row of the registry.
struct KeyKind {
  batcher::KindSpec spec;
  // Reads files, if the kind has any. REQUIRES: a value for each field that isn't optional.
  batcher::Result<KeyStream> (*open)(const batcher::Choice& choice, std::uint64_t seed) = nullptr;
};

// All kinds of keys, in the order of the documents.
const std::vector<KeyKind>& KeyKinds();

// The different texts of a file of keys, in its order; empty ones are left out. The file is as the
// kind `file` has it. An Error if it can't be read or has none.
[[nodiscard]] batcher::Result<std::vector<std::string>> ReadKeyTexts(const std::string& path);

// Null if there is no such kind.
const KeyKind* FindKeyKind(std::string_view name);

// The keys of a scenario. A file of keys is read once, here; copies of the stream share it.
[[nodiscard]] batcher::Result<KeyStream> OpenKeys(const Scenario& scenario);

// A made-up address for a number, such as "12 Willow Drive, Kingsport 10432": always the same for
// the same number, different for different ones.
std::string SyntheticAddress(std::uint64_t key);

}  // namespace scenarios
