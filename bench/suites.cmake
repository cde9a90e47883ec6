# The Google Benchmark suites: `cmake --build ... --target benchmarks` builds all, scripts/bench runs them.
add_custom_target(benchmarks)
add_library(benchmark_main STATIC benchmark_main.cc)
target_include_directories(benchmark_main PRIVATE ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(benchmark_main
  PUBLIC batcher_base batchlab_options
  PRIVATE benchmark::benchmark fmt::fmt)

batchlab_benchmark(batcher_bench
  SOURCES batcher_bench.cc counted_allocations.cc LIBRARIES metrics
  SMOKE --calls=200)
batchlab_benchmark(scenarios_bench
  SOURCES scenarios_bench.cc LIBRARIES bench
  SMOKE --scenarios=${PROJECT_SOURCE_DIR}/scenarios --window=20ms --benchmark_filter=article)
batchlab_benchmark(mock_server_bench
  SOURCES mock_server_bench.cc
  LIBRARIES mock_server results PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto
  SMOKE --requests=2 --benchmark_filter=/0ms/)
batchlab_benchmark(results_bench
  SOURCES results_bench.cc LIBRARIES bench
  SMOKE --calls=1000)
batchlab_benchmark(simulation_bench
  SOURCES simulation_bench.cc LIBRARIES bench)
