# The client of Geoapify's geocoding API.
set(geoapify_dir ${CMAKE_CURRENT_LIST_DIR})
batchlab_library(geoapify
  PART geoapify
  HEADERS
  ${geoapify_dir}/endpoint.h ${geoapify_dir}/http.h ${geoapify_dir}/http_pool.h
  ${geoapify_dir}/place.h ${geoapify_dir}/tls.h
  SOURCES
  ${geoapify_dir}/base_url.cc ${geoapify_dir}/codec.cc ${geoapify_dir}/endpoint.cc
  ${geoapify_dir}/error_reply.cc ${geoapify_dir}/http_connection.cc ${geoapify_dir}/http_pool.cc
  ${geoapify_dir}/match.cc ${geoapify_dir}/retry_after.cc ${geoapify_dir}/text.cc
  ${geoapify_dir}/tls.cc)
target_link_libraries(batchlab_geoapify
  PUBLIC batchlab_base
  PRIVATE PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto Threads::Threads
          $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)  # headers alone: nobody links it
batchlab_test(geoapify_test
  LABELS library
  SOURCES ${geoapify_dir}/base_url_test.cc ${geoapify_dir}/codec_test.cc
          ${geoapify_dir}/endpoint_test.cc ${geoapify_dir}/error_reply_test.cc
          ${geoapify_dir}/http_pool_test.cc ${geoapify_dir}/loopback_server.cc
          ${geoapify_dir}/loopback_wire.cc ${geoapify_dir}/match_test.cc
          ${geoapify_dir}/retry_after_test.cc ${geoapify_dir}/secrecy_test.cc
          ${geoapify_dir}/test_certificates.cc ${geoapify_dir}/text_test.cc
          ${geoapify_dir}/tls_test.cc
  LIBRARIES batchlab::geoapify OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
