// The client of Geoapify, for which nothing listens: every call still has its outcome.

#include <cstdio>
#include <string>
#include <utility>

#include "batcher/batcher.h"
#include "batcher/geoapify/endpoint.h"
#include "batcher/geoapify/place.h"

int main() {
  using batcher::geoapify::GeoapifyEndpoint;
  using batcher::geoapify::Place;

  if (const auto endpoint = GeoapifyEndpoint::Create({.base_url = "nowhere"}); !endpoint) {
    std::puts("nowhere is no base_url");
  }
  auto endpoint = GeoapifyEndpoint::Create({.base_url = "http://127.0.0.1:1", .api_key = "KEY"});
  if (!endpoint) {
    std::puts(endpoint.error().message.c_str());
    return 1;
  }
  batcher::BatcherOptions options;
  options.wire.retries = 0;
  batcher::Batcher<std::string, Place> places(*std::move(endpoint), options);
  const batcher::Answer<Place> place = places.Get("11 Wall Street New York, NY").Wait();
  std::printf("place %s\n", std::string(Name(place.outcome)).c_str());
}
