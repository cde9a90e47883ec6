#include "scenarios/key_kinds.h"

namespace scenarios {
namespace {

class Sequential final : public KeySource {
 public:
  std::uint64_t Next() override { return next_++; }
  std::string Text(std::uint64_t key) const override { return SyntheticAddress(key); }
  std::unique_ptr<KeySource> Clone() const override { return std::make_unique<Sequential>(*this); }

 private:
  std::uint64_t next_ = 0;
};

}  // namespace

KeyKind SequentialKeys() {
  return {.spec = {.name = "sequential",
                   .meaning = "A new address for every call: nothing to share.",
                   .fields = {}},
          .open = [](const batcher::Choice&, std::uint64_t) -> batcher::Result<KeyStream> {
            return KeyStream(std::make_unique<Sequential>());
          }};
}

}  // namespace scenarios
