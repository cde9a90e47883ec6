#pragma once

namespace batcher {

// Asks the system to end this thread's sleeps as exactly as it can (Linux would else round them by
// 50 microseconds). Does nothing where that can't be had.
void UseFinestTimers();

}  // namespace batcher
