#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "batcher/base/result.h"
#include "batcher/geoapify/http.h"
#include "batcher/geoapify/http_pool.h"
#include "batcher/geoapify/place.h"
#include "batcher/geoapify/tls.h"
#include "batcher/runtime/endpoint.h"

namespace batcher::geoapify {

// Where the service is and how to reach it.
struct GeoapifyOptions {
  // Scheme, host and, if it is not the scheme's, port. With http the API key goes over the network
  // as plain text.
  std::string base_url = "https://api.geoapify.com";
  std::string api_key = {};  // appears in no reply
  // At least 1; give the same as WireOptions::max_connections.
  std::size_t max_connections = 100;
  // The end of each wait for the service: for the connection, then for the answer. At least 1us.
  Duration attempt_timeout = std::chrono::seconds(10);
  // PEM file of the authorities to trust for https, instead of those of the machine; none: those of
  // the machine (OpenSSL's, which the environment's SSL_CERT_FILE and SSL_CERT_DIR can move). Read
  // once, by Create.
  std::optional<std::string> ca_file = {};
  // Whether to tell the service the number of the batch's first call and of the attempt
  // (X-Batchlab-Ordinal, X-Batchlab-Attempt), from which a mock draws the same delay in every run.
  bool send_ordinals = false;
};

// Geoapify's geocoding: an address in, a place out, through its single or its batch API. Requests
// are encoded on the thread that sends them; answers are decoded on that of their connection. An
// address that is not UTF-8 can't be asked for: it fails by itself and leaves its batch alone. Only
// polls, which cost no credits, are ever sent again by themselves; whatever else has no answer is
// kFailed, for the batch's own retries to repeat and to count.
class GeoapifyEndpoint final : public Endpoint<std::string, Place> {
 public:
  // An endpoint that has not asked for anything yet: whether the service can be reached and takes
  // the key shows with the first call. An Error if an option is out of its range or can't be read.
  static Result<std::unique_ptr<GeoapifyEndpoint>> Create(GeoapifyOptions options);

  // Requests under way and waiting get a reply of kFailed.
  ~GeoapifyEndpoint() override = default;

  void Send(const Request<std::string>& request, Done done) override;

  // All requests end soon with kFailed. Thread-safe.
  void RequestStop() override { pool_.Stop(); }

  // What the address adds to the body of a batch, which has two bytes besides.
  [[nodiscard]] std::size_t BytesOf(const std::string& address) const override;
  [[nodiscard]] bool has_single() const override { return true; }

  // Opens as many connections and uses each once, so that no later request pays for it. Blocks;
  // call it before a batcher has the endpoint. How many there are, or why the service can't be
  // reached.
  [[nodiscard]] Result<std::size_t> Warm(std::size_t connections);

 private:
  GeoapifyEndpoint(GeoapifyOptions options, Authorities authorities);

  [[nodiscard]] HttpRequest Encode(const Request<std::string>& request) const;
  [[nodiscard]] EndpointReply<Place> Decode(const Request<std::string>& request,
                                            const HttpReply& http) const;

  const GeoapifyOptions options_;
  HttpPool pool_;  // Last: its threads use the members above.
};

}  // namespace batcher::geoapify
