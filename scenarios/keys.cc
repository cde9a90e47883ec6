#include "scenarios/keys.h"

#include <array>

#include "batcher/base/check.h"
#include "scenarios/key_kinds.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

constexpr std::array<std::string_view, 16> kStreets = {
    "Larch Street",  "Mill Lane",   "Harbour Road",  "Elm Avenue",  "Station Road", "Chapel Hill",
    "Quay Street",   "Orchard Way", "Bridge Street", "Alder Close", "Market Place", "Willow Drive",
    "Castle Street", "Foundry Row", "Garden Court",  "Beacon Road"};
constexpr std::array<std::string_view, 9> kTowns = {"Northfield", "Ashbourne",  "Kingsport",
                                                    "Wexcombe",   "Lowminster", "Saltmarsh",
                                                    "Eastbridge", "Thornbury",  "Millbrook"};
constexpr std::uint64_t kHouses = 97;

}  // namespace

const std::vector<KeyKind>& KeyKinds() {
  static const std::vector<KeyKind> kinds = {
      SequentialKeys(),
      ZipfKeys(),
      FileKeys(),
  };
  return kinds;
}

const KeyKind* FindKeyKind(std::string_view name) {
  for (const KeyKind& kind : KeyKinds()) {
    if (kind.spec.name == name) {
      return &kind;
    }
  }
  return nullptr;
}

batcher::Result<KeyStream> OpenKeys(const Scenario& scenario) {
  const KeyKind* const kind = FindKeyKind(scenario.keys.kind());
  CHECK(kind != nullptr);
  return kind->open(scenario.keys, scenario.seed);
}

std::string SyntheticAddress(std::uint64_t key) {
  // The three numbers have no common divisor, so that their remainders name a number below their
  // product (the Chinese remainder theorem); the postcode tells apart those that are equal in all
  // three.
  const std::uint64_t round = key / (kHouses * kStreets.size() * kTowns.size());
  std::string address = std::to_string(1 + key % kHouses);
  address += ' ';
  address += kStreets[key % kStreets.size()];
  address += ", ";
  address += kTowns[key % kTowns.size()];
  address += ' ';
  address += std::to_string(10432 + round);
  return address;
}

}  // namespace scenarios
