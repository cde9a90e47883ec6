batchlab_test(batcher_runtime_test
  SOURCES batcher_test.cc batch_function_test.cc runtime/parts_test.cc runtime/stress_test.cc
  LIBRARIES batcher)
