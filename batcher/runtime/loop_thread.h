#pragma once

namespace batcher {

// Whether this is the thread of some batcher, on which callbacks run and nothing may wait.
[[nodiscard]] bool OnLoopThread();

}  // namespace batcher
