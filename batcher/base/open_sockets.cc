#include "batcher/base/open_sockets.h"

#include <sys/socket.h>

namespace batcher {

bool OpenSockets::Add(int descriptor) {
  const std::lock_guard lock(mutex_);
  if (!shut_down_) {
    descriptors_.insert(descriptor);
  }
  return !shut_down_;
}

void OpenSockets::Remove(int descriptor) {
  const std::lock_guard lock(mutex_);
  descriptors_.erase(descriptor);
}

void OpenSockets::ShutdownOpen() {
  const std::lock_guard lock(mutex_);
  for (const int descriptor : descriptors_) {
    ::shutdown(descriptor, SHUT_RDWR);
  }
}

void OpenSockets::ShutdownAll() {
  {
    const std::lock_guard lock(mutex_);
    shut_down_ = true;
  }
  ShutdownOpen();
}

std::size_t OpenSockets::size() const {
  const std::lock_guard lock(mutex_);
  return descriptors_.size();
}

}  // namespace batcher
