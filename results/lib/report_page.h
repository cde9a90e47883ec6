#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace results {

// What a page shows: runs, a sweep or a tune (see ReportJson); or what is different between two.
enum class PageKind : std::uint8_t { kResult, kComparison };

// One HTML file that shows `json` and needs nothing else: no network, no other file. The template
// is a part of the binary. No text of `json` is taken for markup: each '<' in it is written as an
// escape of JSON, and the page shows it as text.
[[nodiscard]] std::string ReportPage(std::string_view json, PageKind kind);

}  // namespace results
