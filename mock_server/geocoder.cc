#include "mock_server/geocoder.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "batcher/base/random.h"
#include "mock_server/known_places.h"

namespace mock_server {
namespace {

struct Country {
  std::string_view name;
  std::string_view code;
  std::string_view city;
  std::string_view timezone;
};

constexpr std::array<Country, 8> kCountries = {{
    {"Germany", "de", "Berlin", "Europe/Berlin"},
    {"Spain", "es", "Madrid", "Europe/Madrid"},
    {"Italy", "it", "Rome", "Europe/Rome"},
    {"Canada", "ca", "Ottawa", "America/Toronto"},
    {"Brazil", "br", "Brasilia", "America/Sao_Paulo"},
    {"Japan", "jp", "Tokyo", "Asia/Tokyo"},
    {"India", "in", "New Delhi", "Asia/Kolkata"},
    {"Kenya", "ke", "Nairobi", "Africa/Nairobi"},
}};

// Not std::tolower: the answer must not depend on the locale.
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool SameLetter(char a, char b) { return Lower(a) == Lower(b); }

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool NamesNowhere(std::string_view text) {
  constexpr std::string_view kNowhere = "nowhere";
  return std::search(text.begin(), text.end(), kNowhere.begin(), kNowhere.end(), SameLetter) !=
         text.end();
}

// From -limit to limit degrees, evenly spread. Whole steps first, so that the decimals are exact.
double Coordinate(std::uint64_t bits, std::int64_t limit, std::int64_t steps_per_degree) {
  const std::int64_t last = limit * steps_per_degree;
  const auto step = static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(2 * last + 1));
  return static_cast<double>(step - last) / static_cast<double>(steps_per_degree);
}

Place Invented(std::string_view address) {
  const std::uint64_t hash = batcher::HashBytes(address);
  constexpr std::array<std::int64_t, 4> kSteps = {10'000, 100'000, 1'000'000, 10'000'000};
  const std::int64_t steps = kSteps[batcher::Mix(hash) % kSteps.size()];
  const Country& country = kCountries[batcher::Mix(hash + 1) % kCountries.size()];
  return {.lat = Coordinate(batcher::Mix(hash + 2), 90, steps),
          .lon = Coordinate(batcher::Mix(hash + 3), 180, steps),
          .formatted = address,
          .city = country.city,
          .country = country.name,
          .country_code = country.code,
          .timezone = country.timezone,
          .result_type = "building"};
}

}  // namespace

std::optional<Place> Locate(std::string_view address) {
  const std::string_view text = Trimmed(address);
  if (text.empty() || NamesNowhere(text)) {
    return std::nullopt;
  }
  for (const KnownPlace& known : kKnownPlaces) {
    if (std::ranges::equal(text, known.address, SameLetter)) {
      return known.place;
    }
  }
  return Invented(text);
}

}  // namespace mock_server
