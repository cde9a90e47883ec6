# What a batcher and its process do, for Prometheus.
set(metrics_dir ${CMAKE_CURRENT_LIST_DIR})
batchlab_library(metrics
  PART metrics
  HEADERS
  ${metrics_dir}/batcher_metrics.h ${metrics_dir}/batcher_series.h
  ${metrics_dir}/local_counter.h ${metrics_dir}/local_histogram.h
  ${metrics_dir}/metrics_server.h ${metrics_dir}/process_metrics.h
  SOURCES
  ${metrics_dir}/batcher_metrics.cc ${metrics_dir}/batcher_series.cc
  ${metrics_dir}/duration_edges.cc ${metrics_dir}/local_histogram.cc
  ${metrics_dir}/metrics_server.cc ${metrics_dir}/process_metrics.cc
  ${metrics_dir}/scrape_address.cc ${metrics_dir}/scrape_connection.cc
  ${metrics_dir}/series_maker.cc)
target_link_libraries(batchlab_metrics
  PUBLIC batchlab_batcher PkgConfig::prometheus
  PRIVATE PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto)
set_source_files_properties(${metrics_dir}/batcher_series.cc PROPERTIES
  COMPILE_DEFINITIONS BATCHLAB_VERSION="${PROJECT_VERSION}")
batchlab_test(metrics_test
  LABELS library
  SOURCES ${metrics_dir}/batcher_metrics_test.cc ${metrics_dir}/local_histogram_test.cc
          ${metrics_dir}/metrics_server_test.cc ${metrics_dir}/process_metrics_test.cc
          ${metrics_dir}/scrape_address_test.cc
  LIBRARIES batchlab::metrics PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto)
