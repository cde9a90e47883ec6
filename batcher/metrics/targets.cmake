# What a batcher and its process do, for Prometheus.
set(metrics_dir ${CMAKE_CURRENT_LIST_DIR})
add_library(metrics STATIC
  ${metrics_dir}/batcher_metrics.cc ${metrics_dir}/batcher_series.cc
  ${metrics_dir}/duration_edges.cc ${metrics_dir}/local_histogram.cc
  ${metrics_dir}/metrics_server.cc ${metrics_dir}/process_metrics.cc
  ${metrics_dir}/scrape_address.cc ${metrics_dir}/scrape_connection.cc
  ${metrics_dir}/series_maker.cc)
target_link_libraries(metrics
  PUBLIC batcher PkgConfig::prometheus
  PRIVATE PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto)
set_source_files_properties(${metrics_dir}/batcher_series.cc PROPERTIES
  COMPILE_DEFINITIONS BATCHLAB_VERSION="${PROJECT_VERSION}")
batchlab_test(metrics_test
  SOURCES ${metrics_dir}/batcher_metrics_test.cc ${metrics_dir}/local_histogram_test.cc
          ${metrics_dir}/metrics_server_test.cc ${metrics_dir}/process_metrics_test.cc
          ${metrics_dir}/scrape_address_test.cc
  LIBRARIES metrics PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto)
