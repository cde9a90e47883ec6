# The hunt for the case that breaks the promise of one outcome: a tool for whoever works on the batcher.
set(hunt_dir ${CMAKE_CURRENT_LIST_DIR})
set(hunt_libraries
  results_ledger batchlab_options fmt::fmt nlohmann_json::nlohmann_json Threads::Threads)
# What knows nothing of the templates of the front end, in which mistakes may be planted.
add_library(hunt_parts OBJECT
  ${hunt_dir}/case_file.cc ${hunt_dir}/draw.cc ${hunt_dir}/report.cc ${hunt_dir}/run.cc
  ${hunt_dir}/run_core.cc ${hunt_dir}/search.cc ${hunt_dir}/service.cc ${hunt_dir}/shrink.cc
  ${hunt_dir}/watch.cc ${hunt_dir}/watch_batches.cc ${hunt_dir}/watch_rest.cc
  ${hunt_dir}/../progress.cc)
target_link_libraries(hunt_parts PUBLIC ${hunt_libraries})
set(hunt_sources ${hunt_dir}/front.cc ${hunt_dir}/front_answers.cc $<TARGET_OBJECTS:hunt_parts>)

add_library(hunt STATIC ${hunt_sources})
target_link_libraries(hunt PUBLIC batcher geoapify ${hunt_libraries})
add_executable(batchlab_hunt ${hunt_dir}/main.cc)
target_link_libraries(batchlab_hunt PRIVATE hunt CLI11::CLI11)
batchlab_test(hunt_test SOURCES ${hunt_dir}/hunt_test.cc LIBRARIES hunt)

# The same with mistakes that can be planted in the batcher (batcher/base/defect.h), from the same sources. It
# must never be linked together with the batcher that has none.
if(BATCHLAB_TESTING AND BATCHLAB_DEFECTS)
  get_target_property(batcher_sources batchlab_batcher SOURCES)
  list(TRANSFORM batcher_sources PREPEND ${PROJECT_SOURCE_DIR}/batcher/)
  add_library(batcher_defects STATIC
    ${batcher_sources} ${PROJECT_SOURCE_DIR}/batcher/geoapify/match.cc)
  target_compile_definitions(batcher_defects PUBLIC BATCHLAB_DEFECTS)
  set_target_properties(batcher_defects PROPERTIES CXX_CLANG_TIDY "")  # sees them in the batcher
  target_link_libraries(batcher_defects PUBLIC batcher_base batchlab_options Threads::Threads)
  add_executable(batchlab_hunt_defects ${hunt_sources} ${hunt_dir}/main.cc)
  target_link_libraries(batchlab_hunt_defects PRIVATE
    batcher_defects ${hunt_libraries} CLI11::CLI11)
  # Tests that must fail with a mistake planted which virtual time can't show.
  batchlab_test(batcher_defects_test
    SOURCES ${PROJECT_SOURCE_DIR}/batcher/runtime/wake_up_test.cc
            ${PROJECT_SOURCE_DIR}/batcher/geoapify/match_test.cc
    LIBRARIES batcher_defects)
endif()
