#pragma once

#include <string>
#include <string_view>

namespace results {

// One HTML file that shows `json` (of ReportJson) and needs nothing else: no network, no other
// file. The template is a part of the binary. No text of `json` is taken for markup: each '<' in it
// is written as an escape of JSON, and the page shows it as text.
[[nodiscard]] std::string ReportPage(std::string_view json);

}  // namespace results
