# A function of a wrong shape is told of in one sentence, which the compiler's many lines hold.
function(batchlab_wrong_function name wrong sentence)
  add_test(NAME wrong_functions.${name} COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only
    -I ${PROJECT_SOURCE_DIR} "-DWRONG=${wrong}" ${CMAKE_CURRENT_LIST_DIR}/wrong_functions.cc)
  set_tests_properties(wrong_functions.${name} PROPERTIES
    PASS_REGULAR_EXPRESSION "${sentence}" LABELS library)
endfunction()
batchlab_wrong_function(batch_takes ".batch = Takes()" "batch: must take")
batchlab_wrong_function(batch_answers ".batch = Answers()" "batch: must answer")
batchlab_wrong_function(start_takes ".start = Starts()" "start: must take")
batchlab_wrong_function(single_answers ".single = AnswersOne()" "single: must answer")
batchlab_wrong_function(bytes_of ".bytes_of = Weighs()" "bytes_of: must take")
