#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "batcher/base/result.h"
#include "batcher/geoapify/place.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/observer.h"
#include "bench/http_service.h"
#include "bench/metrics_page.h"
#include "bench/run_result.h"
#include "scenarios/scenario.h"

namespace bench {

struct HttpOptions {
  HttpTarget target = {};
  // Sends one batch of so many addresses before the run, unrecorded, so that the expected time of
  // the first poll is known. 0: none.
  std::size_t warm_up_items = 0;
  // Is given every answer, on the batcher's thread. None: answers are only recorded.
  std::function<void(std::uint64_t call, const batcher::Answer<batcher::geoapify::Place>& answer)>
      on_answer = {};
  // Is told of all that the batcher does, calls before the run too. None: nobody is.
  batcher::Observer* also = nullptr;
  // Shows what the mock server in this process does. None: nothing is shown.
  LateSource* mock_metrics = nullptr;
};

// Puts the scenario to work in real time: the batcher over HTTP against the mock server of this
// process, or against another that speaks the same. An error is what keeps the run from starting.
[[nodiscard]] batcher::Result<RunResult> DriveHttp(const scenarios::Scenario& scenario,
                                                   const HttpOptions& options,
                                                   const RunControl& control);

}  // namespace bench
