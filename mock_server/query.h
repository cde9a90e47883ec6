#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mock_server {

// The parameters of a request's target, decoded (%XX, and + as a space). Any bytes will do: an
// empty pair is skipped, a bad escape stands for itself, of equal names the first counts.
class Query {
 public:
  // `target` as on the request line: all after its first '?' is the query.
  explicit Query(std::string_view target);

  // None if it is not there; empty if it is there without a value. Lives as long as the Query.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// Percent-encodes all but letters, digits and "-._~", for use in a URL's query.
[[nodiscard]] std::string UrlEncoded(std::string_view text);

}  // namespace mock_server
