#pragma once

#include "scenarios/keys.h"

namespace scenarios {

// The rows of the registry, each defined in the file of its kind (keys_zipf.cc, ...).

KeyKind SequentialKeys();
KeyKind ZipfKeys();
KeyKind FileKeys();

}  // namespace scenarios
