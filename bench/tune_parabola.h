#pragma once

#include <optional>
#include <span>

namespace bench {

// What a window costs.
struct WindowLoss {
  double window_s = 0;
  double loss = 0;
};

// The window at which the loss is least: the bottom of the least-squares parabola through the
// losses within a tenth of the smallest, over ln(window + mean gap), the logarithm of the time from
// one batch to the next. For a price on Poisson arrivals the loss is c / x + x / 2 + a constant in
// that time x, which over its logarithm is symmetric at the bottom; so noise in single losses
// hardly moves it. None if fewer than 5 are so near, or they show no bottom.
[[nodiscard]] std::optional<double> BottomOf(std::span<const WindowLoss> losses, double mean_gap_s);

}  // namespace bench
