#pragma once

#include "batcher/core/policy.h"

namespace batcher {

// The rows of the registry, each defined in the file of its policy (policy_window.cc, ...).

PolicyKind UnbatchedKind();
PolicyKind TickKind();
PolicyKind WindowKind();
PolicyKind NaturalKind();

}  // namespace batcher
