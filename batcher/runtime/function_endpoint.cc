#include "batcher/runtime/function_endpoint.h"

namespace batcher {

std::string DescribeException(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return std::string("threw: ") + error.what();
  } catch (...) {
    return "threw something that is no std::exception";
  }
}

}  // namespace batcher
