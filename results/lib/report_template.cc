#include "results/lib/report_template.h"

#include <initializer_list>

// The assembler takes the files in: nothing has to be converted, and no path is left in the binary.
// The macros REPORT_... are defined by results/CMakeLists.txt, which also compiles this file anew
// when one of the files has changed. NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the text of an
// asm declaration must be a literal.
#define BATCHLAB_EMBED(name, file)                                         \
  asm(".section .rodata\n"                                                 \
      ".global batchlab_report_" #name "_begin, batchlab_report_" #name    \
      "_end\n"                                                             \
      "batchlab_report_" #name "_begin:\n.incbin \"" file                  \
      "\"\n"                                                               \
      "batchlab_report_" #name "_end:\n.byte 0\n.previous\n");             \
  extern "C" const char batchlab_report_##name##_begin[];                  \
  extern "C" const char batchlab_report_##name##_end[];                    \
  namespace results {                                                      \
  static std::string_view name() {                                         \
    return {batchlab_report_##name##_begin, batchlab_report_##name##_end}; \
  }                                                                        \
  }

BATCHLAB_EMBED(page, BATCHLAB_REPORT_FOLDER "/page.html")
BATCHLAB_EMBED(style, BATCHLAB_REPORT_FOLDER "/report.css")
BATCHLAB_EMBED(result_body, BATCHLAB_REPORT_FOLDER "/result.html")
BATCHLAB_EMBED(comparison_body, BATCHLAB_REPORT_FOLDER "/comparison.html")
BATCHLAB_EMBED(format, BATCHLAB_REPORT_FOLDER "/format.js")
BATCHLAB_EMBED(draw, BATCHLAB_REPORT_FOLDER "/draw.js")
BATCHLAB_EMBED(shapes, BATCHLAB_REPORT_FOLDER "/shapes.js")
BATCHLAB_EMBED(frame, BATCHLAB_REPORT_FOLDER "/frame.js")
BATCHLAB_EMBED(choose, BATCHLAB_REPORT_FOLDER "/choose.js")
BATCHLAB_EMBED(charts, BATCHLAB_REPORT_FOLDER "/charts.js")
BATCHLAB_EMBED(details, BATCHLAB_REPORT_FOLDER "/details.js")
BATCHLAB_EMBED(table, BATCHLAB_REPORT_FOLDER "/table.js")
BATCHLAB_EMBED(start, BATCHLAB_REPORT_FOLDER "/start.js")
BATCHLAB_EMBED(differences, BATCHLAB_REPORT_FOLDER "/differences.js")
BATCHLAB_EMBED(compared, BATCHLAB_REPORT_FOLDER "/compared.js")
BATCHLAB_EMBED(echarts, BATCHLAB_ECHARTS_FILE)

namespace results {
namespace {

std::string Joined(std::initializer_list<std::string_view> files) {
  std::string script;
  for (const std::string_view file : files) {
    script += file;
  }
  return script;
}

}  // namespace

const ReportTemplate& ReportTemplateOfThisBinary() {
  static const ReportTemplate parts = {
      .page = page(),
      .style = style(),
      .charts = echarts(),
      .result = {.body = result_body(),
                 .script = Joined({format(), draw(), shapes(), frame(), choose(), charts(),
                                   details(), table(), start()})},
      .comparison = {
          .body = comparison_body(),
          .script = Joined({format(), draw(), shapes(), frame(), differences(), compared()})}};
  return parts;
}

}  // namespace results
