batchlab_test(batcher_core_test
  SOURCES core/engine_flight_test.cc core/engine_queue_test.cc core/key_index_test.cc
    core/one_outcome_test.cc flow/batch_flow_test.cc flow/poll_test.cc
    runtime/virtual_world_test.cc
  LIBRARIES batcher)
