#include <utility>

#include "batcher/base/random.h"
#include "scenarios/key_kinds.h"
#include "scenarios/zipf_table.h"

namespace scenarios {
namespace {

class Zipf final : public KeySource {
 public:
  Zipf(std::shared_ptr<const ZipfTable> table, std::uint64_t seed)
      : table_(std::move(table)), draws_(seed, "keys") {}

  std::uint64_t Next() override { return table_->Rank(draws_.Bits()); }
  std::string Text(std::uint64_t key) const override { return SyntheticAddress(key); }
  std::unique_ptr<KeySource> Clone() const override { return std::make_unique<Zipf>(*this); }

 private:
  std::shared_ptr<const ZipfTable> table_;  // Large, never changed: shared by all copies.
  batcher::RandomStream draws_;
};

}  // namespace

KeyKind ZipfKeys() {
  return {
      .spec = {.name = "zipf",
               .meaning =
                   "Few addresses are asked for often, many seldom: the one of rank r with a "
                   "frequency of 1 / r^exponent.",
               .fields = {{.name = "distinct",
                           .unit = batcher::FieldUnit::kCount,
                           .meaning = "How many addresses there are.",
                           .fallback = 500,
                           .minimum = 1,
                           .maximum = static_cast<double>(ZipfTable::kMostDistinct)},
                          {.name = "exponent",
                           .unit = batcher::FieldUnit::kNumber,
                           .meaning = "0: all alike; the larger, the more the first prevail.",
                           .fallback = 1,
                           .maximum = 10}}},
      .open = [](const batcher::Choice& choice, std::uint64_t seed) -> batcher::Result<KeyStream> {
        auto table =
            std::make_shared<const ZipfTable>(choice.Count("distinct"), choice.Number("exponent"));
        return KeyStream(std::make_unique<Zipf>(std::move(table), seed));
      }};
}

}  // namespace scenarios
