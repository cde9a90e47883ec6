batchlab_test(batcher_core_test
  LABELS library
  SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/containers_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_budget_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_deadline_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_flight_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_overflow_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_parts_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/engine_queue_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/key_index_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/one_outcome_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/policies_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/../flow/batch_flow_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/../flow/poll_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/../runtime/retry_storm_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/../runtime/virtual_world_test.cc
  LIBRARIES batcher)
