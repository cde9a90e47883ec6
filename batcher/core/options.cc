#include "batcher/core/options.h"

#include "batcher/core/policy.h"

namespace batcher {
namespace {

const KindSpec& Row(std::string_view name) {
  for (const PolicyKind& kind : PolicyKinds()) {
    if (kind.spec.name == name) {
      return kind.spec;
    }
  }
  CHECK(!"a policy that is not in the registry");
  return PolicyKinds().front().spec;
}

}  // namespace

Choice QueueOptions::WindowPolicy(Duration window) {
  Choice choice(Row("window"));
  choice.Set("window", static_cast<double>(window.count()));
  return choice;
}

}  // namespace batcher
