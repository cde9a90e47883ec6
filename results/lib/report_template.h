#pragma once

#include <string>
#include <string_view>

namespace results {

// The parts of the page, as they stand in results/report/ and results/echarts/ when the binary is
// built.
struct ReportTemplate {
  std::string_view page;    // HTML with {{style}}, {{data}} and the like in it
  std::string_view style;   // CSS
  std::string_view charts;  // Apache ECharts, minified
  std::string script;       // ours, all files one after the other
};

[[nodiscard]] const ReportTemplate& ReportTemplateOfThisBinary();

}  // namespace results
