#pragma once

#include <string>

namespace scenarios {

// Markdown for the documents, made from the descriptions that the loader uses.

// One table for each section of a scenario file: field, unit, default, meaning.
std::string SectionTables();

// One table for each registry of kinds: kind, field, unit, default, meaning.
std::string KindTables();

}  // namespace scenarios
