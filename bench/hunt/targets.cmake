# The hunt for the case that breaks the promise of one outcome: a tool for whoever works on the batcher.
set(hunt_dir ${CMAKE_CURRENT_LIST_DIR})
set(hunt_sources
  ${hunt_dir}/case_file.cc ${hunt_dir}/draw.cc ${hunt_dir}/front.cc ${hunt_dir}/front_answers.cc
  ${hunt_dir}/report.cc ${hunt_dir}/run.cc
  ${hunt_dir}/run_core.cc ${hunt_dir}/search.cc ${hunt_dir}/service.cc
  ${hunt_dir}/shrink.cc ${hunt_dir}/watch.cc ${hunt_dir}/watch_batches.cc ${hunt_dir}/watch_rest.cc
  ${hunt_dir}/../progress.cc)
set(hunt_libraries results_ledger batchlab_options fmt::fmt nlohmann_json::nlohmann_json Threads::Threads)
add_library(hunt STATIC ${hunt_sources})
target_link_libraries(hunt PUBLIC batcher geoapify ${hunt_libraries})
add_executable(batchlab_hunt ${hunt_dir}/main.cc)
target_link_libraries(batchlab_hunt PRIVATE hunt CLI11::CLI11)
