#pragma once

#include <chrono>
#include <string>

#include "batcher/base/time.h"

namespace bench {

// One line on standard error that tells how far a long piece of work has come and how long it will
// still take. Silent unless standard error is a terminal.
class Progress {
 public:
  explicit Progress(std::string title);
  ~Progress() { Wipe(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` in 0 .. 1. Draws at most ten times a second, so it may be called often.
  void Update(double done);

  // Wipes the line, so that other text can be written there.
  void Wipe() const;

  [[nodiscard]] bool visible() const { return visible_; }

 private:
  std::string title_;
  bool visible_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace bench
