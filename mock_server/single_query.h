#pragma once

#include <string>

#include "batcher/base/result.h"
#include "mock_server/query.h"

namespace mock_server {

// What a single call asks for.
struct SingleQuery {
  std::string address;
  bool geojson = true;  // else json
};

// From `text`, or from the structured parts (name, housenumber, street, postcode, city, state,
// country) joined to one; `type`, `lang`, `filter`, `bias` and `limit` have no effect. The error is
// the message of a 400 answer.
[[nodiscard]] batcher::Result<SingleQuery> ParseSingleQuery(const Query& query);

}  // namespace mock_server
