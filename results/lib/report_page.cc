#include "results/lib/report_page.h"

#include "results/lib/report_template.h"

namespace results {
namespace {

std::string Escaped(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string ReportPage(std::string_view json) {
  const ReportTemplate& parts = ReportTemplateOfThisBinary();
  std::string page;
  std::string_view rest = parts.page;
  for (std::size_t at = rest.find("{{"); at != std::string_view::npos; at = rest.find("{{")) {
    const std::size_t end = rest.find("}}", at);
    const std::string_view name = rest.substr(at + 2, end - at - 2);
    page += rest.substr(0, at);
    if (name == "data") {
      page += Escaped(json);
    } else if (name == "style") {
      page += parts.style;
    } else if (name == "charts") {
      page += parts.charts;
    } else if (name == "script") {
      page += parts.script;
    }
    rest.remove_prefix(end + 2);
  }
  page += rest;
  return page;
}

}  // namespace results
