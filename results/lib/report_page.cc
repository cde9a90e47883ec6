#include "results/lib/report_page.h"

#include <openssl/evp.h>

#include <array>

#include "batcher/base/check.h"
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

// 'sha256-...', by which a Content-Security-Policy lets this script run, and no other.
std::string HashOf(std::string_view script) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  CHECK(EVP_Digest(script.data(), script.size(), digest.data(), &length, EVP_sha256(), nullptr) ==
        1);
  std::array<unsigned char, 128> text{};  // base64 of 32 bytes has 44 characters
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return "'sha256-" + std::string(text.begin(), text.begin() + size) + "'";
}

}  // namespace

std::string ReportPage(std::string_view json, PageKind kind) {
  const ReportTemplate& parts = ReportTemplateOfThisBinary();
  const ReportTemplate::Kind& own = kind == PageKind::kComparison ? parts.comparison : parts.result;
  std::string page;
  std::string_view rest = parts.page;
  for (std::size_t at = rest.find("{{"); at != std::string_view::npos; at = rest.find("{{")) {
    const std::size_t end = rest.find("}}", at);
    const std::string_view name = rest.substr(at + 2, end - at - 2);
    page += rest.substr(0, at);
    if (name == "hashes") {
      page += HashOf(parts.charts) + " " + HashOf(own.script);
    } else if (name == "data") {
      page += Escaped(json);
    } else if (name == "body") {
      page += own.body;
    } else if (name == "style") {
      page += parts.style;
    } else if (name == "charts") {
      page += parts.charts;
    } else if (name == "script") {
      page += own.script;
    }
    rest.remove_prefix(end + 2);
  }
  page += rest;
  return page;
}

}  // namespace results
