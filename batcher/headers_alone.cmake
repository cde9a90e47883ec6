# Each header compiles by itself, whatever was included before it: one file for each, which says nothing
# else. Twice, so that a missing #pragma once shows.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.h)
set(sources "")
foreach(header IN LISTS headers)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers_alone/${header}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"batcher/${header}\"\n#include \"batcher/${header}\"\n")
  list(APPEND sources ${source})
endforeach()
add_library(headers_alone OBJECT ${sources})
target_link_libraries(headers_alone
  PRIVATE batchlab_options batcher geoapify metrics recorder GTest::gmock Threads::Threads)
target_compile_options(headers_alone PRIVATE -O0 -g0)
set_target_properties(headers_alone PROPERTIES CXX_CLANG_TIDY "")  # sees them in the sources
