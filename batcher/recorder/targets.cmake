# Each call and each batch of a batcher, in files: the standard library and threads only.
set(recorder_dir ${CMAKE_CURRENT_LIST_DIR})
batchlab_library(recorder
  PART recorder
  HEADERS ${recorder_dir}/recorder.h
  SOURCES
  ${recorder_dir}/key_secret.cc ${recorder_dir}/ledger_rows.cc ${recorder_dir}/record_files.cc
  ${recorder_dir}/recorder.cc ${recorder_dir}/row_file.cc)
target_link_libraries(batchlab_recorder PUBLIC batchlab_batcher)
if(BATCHLAB_HARNESS)
  batchlab_test(recorder_test
    LABELS library
    SOURCES ${recorder_dir}/key_secret_test.cc ${recorder_dir}/ledger_rows_test.cc
            ${recorder_dir}/record_files_test.cc ${recorder_dir}/recorder_test.cc
            ${recorder_dir}/row_file_test.cc
    LIBRARIES batchlab::recorder scenarios)
endif()
