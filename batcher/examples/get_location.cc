// Asks a geocoding service for ten places, in four ways between which nothing but options differs:
//
//   get_location http://127.0.0.1:8080 one-by-one    each call waits for the one before it
//   get_location http://127.0.0.1:8080 all-at-once   ten single calls at one time
//   get_location http://127.0.0.1:8080 tick          a loop that sends what is queued each 100 ms
//   get_location http://127.0.0.1:8080 batched       a window of 10 ms
//
// The key is read from GEOAPIFY_API_KEY. `scripts/batchlab serve --port 8080` is such a service.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/geoapify/endpoint.h"

namespace {

using namespace std::chrono_literals;
using batcher::geoapify::GeoapifyEndpoint;
using batcher::geoapify::Place;

constexpr std::array kAddresses = {
    "1600 Pennsylvania Avenue, Washington DC, USA",
    "11 Wall Street New York, NY",
    "350 Fifth Avenue New York, NY 10118",
    "221B Baker St, London, England",
    "Tour Eiffel Champ de Mars, Paris",
    "4059 Mt Lee Dr.Hollywood, CA 90068",
    "Buckingham Palace, London, England",
    "Statue of Liberty, Liberty Island New York, NY 10004",
    "Manger Square, Bethlehem, West Bank",
    "2 Macquarie Street, Sydney",
};

batcher::BatcherOptions OptionsOf(std::string_view way) {
  batcher::BatcherOptions options;  // a window of 10 ms, polls at the expected time
  if (way == "one-by-one") {
    options.queue.policy = batcher::UnbatchedPolicy();
    options.queue.max_in_flight = 1;
  } else if (way == "all-at-once") {
    options.queue.policy = batcher::UnbatchedPolicy();
    options.queue.max_in_flight = std::nullopt;
  } else if (way == "tick") {
    options.queue.policy = batcher::TickPolicy(100ms);
    options.wire.poll = batcher::FixedPoll(100ms);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  // Nobody changes the environment.  NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* key = std::getenv("GEOAPIFY_API_KEY");
  if (argc != 3 || key == nullptr) {
    std::puts("usage: GEOAPIFY_API_KEY=KEY get_location URL one-by-one|all-at-once|tick|batched");
    return 2;
  }
  auto endpoint = GeoapifyEndpoint::Create({.base_url = argv[1], .api_key = key});
  if (!endpoint) {
    std::puts(endpoint.error().message.c_str());
    return 2;
  }
  batcher::Batcher<std::string, Place> geocoder(*std::move(endpoint), OptionsOf(argv[2]));

  std::vector<batcher::Pending<Place>> places;
  places.reserve(kAddresses.size());
  for (const char* address : kAddresses) {
    places.push_back(geocoder.Get(address));  // get_location(address): at once, and never blocks
  }
  int found = 0;
  for (std::size_t i = 0; i < kAddresses.size(); ++i) {
    const batcher::Answer<Place>& place = places[i].Wait();
    if (place) {
      std::printf("%s -> %.4f, %.4f\n", kAddresses[i], place->lat, place->lon);
      ++found;
    } else {
      std::printf("%s -> %s %s\n", kAddresses[i], std::string(Name(place.outcome)).c_str(),
                  place.message.c_str());
    }
  }
  return found == static_cast<int>(kAddresses.size()) ? 0 : 1;
}
