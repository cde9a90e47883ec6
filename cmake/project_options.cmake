# Flags of our own targets only: whoever builds the project is never broken by a newer compiler, so
# -Werror lives in the presets and not here.
add_library(batchlab_options INTERFACE)
target_compile_features(batchlab_options INTERFACE cxx_std_20)
target_include_directories(batchlab_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(batchlab_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wdouble-promotion -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2
  -Wimplicit-fallthrough
  # The same seed gives the same ledger from every compiler and optimisation level.
  -ffp-contract=off
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override>
  # g++ 12 sees an overlap in every "text" + std::string (its bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)

set(BATCHLAB_SANITIZE "" CACHE STRING "Sanitizers of our targets, as for -fsanitize=")
if(BATCHLAB_SANITIZE)
  target_compile_options(batchlab_options INTERFACE
    -fsanitize=${BATCHLAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(batchlab_options INTERFACE -fsanitize=${BATCHLAB_SANITIZE})
endif()

# Coverage, by which libFuzzer finds inputs that lead elsewhere. clang++ only.
option(BATCHLAB_LIBFUZZER "Make the fuzzers of tests/fuzz with libFuzzer" OFF)
if(BATCHLAB_LIBFUZZER)
  target_compile_options(batchlab_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# batchlab_test(NAME SOURCES... LIBRARIES... DEFINITIONS... LABELS...): one GoogleTest program, its tests known
# to CTest. Those with the label `library` are of what is installed: see the presets asan-library, tsan-library.
function(batchlab_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;DEFINITIONS;LABELS" ${ARGN})
  if(NOT BATCHLAB_TESTING)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINITIONS})
  target_link_libraries(${name} PRIVATE batchlab_options ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
  if("library" IN_LIST ARG_LABELS)
    add_dependencies(library_tests ${name})
  endif()
endfunction()

# batchlab_benchmark(NAME SOURCES... LIBRARIES... SMOKE ARGUMENTS...): one Google Benchmark suite. CTest
# runs it for a moment, with the arguments given: that it works, not how fast.
function(batchlab_benchmark name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;SMOKE" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE batchlab_options benchmark_main ${ARG_LIBRARIES}
    benchmark::benchmark fmt::fmt)
  add_dependencies(benchmarks ${name})
  if(BATCHLAB_TESTING)
    add_test(NAME ${name} COMMAND ${name} --benchmark_min_time=0.001 ${ARG_SMOKE})
    set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS bench)
  endif()
endfunction()
