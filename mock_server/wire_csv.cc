#include <array>
#include <optional>

#include "mock_server/geocoder.h"
#include "mock_server/json_text.h"
#include "mock_server/place_fields.h"
#include "mock_server/wire.h"

namespace mock_server {
namespace {

// One row: cells in quotes, commas between, quotes doubled.
class Row {
 public:
  explicit Row(std::string& out) : out_(out), begin_(out.size()) {}

  void Text(std::string_view cell) {
    out_ += out_.size() == begin_ ? "\"" : ",\"";
    for (const char c : ValidUtf8(cell)) {
      if (c == '"') {
        out_ += '"';
      }
      out_ += c;
    }
    out_ += '"';
  }

  void Number(double number) {
    std::string text;
    AppendNumber(text, number);
    Text(text);
  }

  void End() { out_ += '\n'; }

 private:
  std::string& out_;
  std::size_t begin_;
};

constexpr std::array<std::string_view, 3> kRankPaths = {"rank.popularity", "rank.confidence",
                                                        "rank.match_type"};
constexpr std::array<std::string_view, 4> kBoxPaths = {"bbox.lon1", "bbox.lat1", "bbox.lon2",
                                                       "bbox.lat2"};
// lat, lon, timezone and the paths above.
constexpr std::size_t kCellsBesideTexts = 3 + kRankPaths.size() + kBoxPaths.size();

void AppendHeader(std::string& out) {
  Row row(out);
  for (const std::string_view path : {"query.text", "lat", "lon"}) {
    row.Text(path);
  }
  for (const PlaceField& field : kPlaceFields) {
    row.Text(field.name);
  }
  row.Text("timezone.name");
  for (const std::string_view path : kRankPaths) {
    row.Text(path);
  }
  for (const std::string_view path : kBoxPaths) {
    row.Text(path);
  }
  row.End();
}

void AppendFound(Row& row, const Place& place) {
  row.Number(place.lat);
  row.Number(place.lon);
  for (const PlaceField& field : kPlaceFields) {
    row.Text(place.*field.text);
  }
  row.Text(place.timezone);
  row.Number(5);
  row.Number(1);
  row.Text("full_match");
  const Box box = BoxAround(place);
  for (const double edge : {box.lon1, box.lat1, box.lon2, box.lat2}) {
    row.Number(edge);
  }
}

}  // namespace

std::string BatchCsv(std::span<const std::string> addresses) {
  std::string out;
  AppendHeader(out);
  for (const std::string& address : addresses) {
    Row row(out);
    row.Text(address);
    if (const std::optional<Place> place = Locate(address)) {
      AppendFound(row, *place);
    } else {
      for (std::size_t cell = 0; cell < kPlaceFields.size() + kCellsBesideTexts; ++cell) {
        row.Text("");
      }
    }
    row.End();
  }
  return out;
}

}  // namespace mock_server
