# A shared library with functions of C, for whoever can't use C++. Its parts are compiled anew, so that the
# static libraries, which a program links, need not be position-independent.
set(spreadsheet_dir ${CMAKE_CURRENT_LIST_DIR})
set(spreadsheet_sources "")
foreach(part IN ITEMS batchlab_base batchlab_batcher batchlab_geoapify)
  get_target_property(part_sources ${part} SOURCES)
  list(FILTER part_sources INCLUDE REGEX "\\.cc$")
  list(APPEND spreadsheet_sources ${part_sources})
endforeach()
add_library(batchlab_location_parts OBJECT ${spreadsheet_sources})
set_target_properties(batchlab_location_parts PROPERTIES
  POSITION_INDEPENDENT_CODE ON
  CXX_CLANG_TIDY "")  # sees them in the static libraries
add_library(batchlab_location SHARED
  ${spreadsheet_dir}/location.cc $<TARGET_OBJECTS:batchlab_location_parts>)
set_target_properties(batchlab_location PROPERTIES LINK_DEPENDS ${spreadsheet_dir}/exports.map)
foreach(target IN ITEMS batchlab_location_parts batchlab_location)
  # Nothing but the functions of the header can be called from outside.
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE batchlab_options PkgConfig::httplib OpenSSL::SSL
    OpenSSL::Crypto nlohmann_json::nlohmann_json Threads::Threads)
endforeach()
target_link_options(batchlab_location PRIVATE
  "LINKER:--version-script=${spreadsheet_dir}/exports.map")
