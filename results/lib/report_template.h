#pragma once

#include <string>
#include <string_view>

namespace results {

// The parts of the page, as they stand in results/report/ and results/echarts/ when the binary is
// built.
struct ReportTemplate {
  struct Kind {
    std::string_view body;  // HTML: what stands between the title and how it was measured
    std::string script;     // ours, all files one after the other
  };

  std::string_view page;    // HTML with {{style}}, {{body}}, {{data}} and the like in it
  std::string_view style;   // CSS
  std::string_view charts;  // Apache ECharts, minified
  Kind result;
  Kind comparison;
};

[[nodiscard]] const ReportTemplate& ReportTemplateOfThisBinary();

}  // namespace results
