batchlab_test(batcher_runtime_test
  LABELS library
  SOURCES
    batch_function_test.cc batcher_test.cc call_options_test.cc faults_of_others_test.cc
    runtime/parts_test.cc runtime/stress_test.cc runtime/wake_up_test.cc
  LIBRARIES batcher)
batchlab_test(batcher_coroutine_test
  LABELS library
  SOURCES coroutine_test.cc runtime/recycled_memory_test.cc
  LIBRARIES batcher)
