#include "bench/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "batcher/base/run_clock.h"

namespace bench {
namespace {

constexpr int kBarWidth = 20;
constexpr std::chrono::milliseconds kRedraw{100};

}  // namespace

Progress::Progress(std::string title)
    : title_(std::move(title)),
      visible_(isatty(STDERR_FILENO) == 1),
      started_(batcher::RunClock::SteadyNow()) {}

void Progress::Wipe() const {
  if (visible_) {
    std::fputs("\r\033[K", stderr);
  }
}

void Progress::Update(double done) {
  if (!visible_) {
    return;
  }
  const auto now = batcher::RunClock::SteadyNow();
  if (now - drawn_ < kRedraw) {
    return;
  }
  drawn_ = now;
  done = std::clamp(done, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(done * kBarWidth);
  const double passed = std::chrono::duration<double>(now - started_).count();
  const std::string left =
      done > 0.02 ? fmt::format("{:.0f} s left", passed * (1 - done) / done) : "";
  const std::string line =
      fmt::format("\r{}  [{}{}] {:3.0f} %  {}\033[K", title_, std::string(filled, '#'),
                  std::string(kBarWidth - filled, '-'), done * 100, left);
  std::fputs(line.c_str(), stderr);
}

}  // namespace bench
