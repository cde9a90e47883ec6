#include "batcher/runtime/timer_slack.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace batcher {

void UseFinestTimers() {
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1UL);
#endif
}

}  // namespace batcher
