#include "bench/calibrate_not_told.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/lib/quantile.h"
#include "results/lib/table.h"

namespace bench {
namespace {

using results::FormatCount;
using results::FormatMs;

// Of the batches; more than that, and their times begin to be a guess.
constexpr double kManyAtFirstPoll = 0.1;

void TellOfLine(const CalibrateAnswer& answer, std::vector<std::string>& sentences) {
  const BatchFit& fit = *answer.batch;
  if (IsBent(answer)) {
    const auto off = [](const SizeFit& size) {
      return std::abs(size.mean_ms - size.line_ms) / size.line_ms;
    };
    const SizeFit worst = *std::ranges::max_element(fit.sizes, {}, off);
    sentences.push_back(fmt::format(
        "the times of the sizes are on no line (p = {:.2g}): batches of {} take {:.0f} % {} than "
        "base + per_item n says",
        *fit.line_p_value, FormatCount(worst.size), 100 * off(worst),
        worst.mean_ms > worst.line_ms ? "longer" : "less"));
  }
  const auto tell_zero = [&](bool negative, std::string_view part, double high) {
    if (negative) {
      sentences.push_back(fmt::format(
          "{} is taken as 0, the best line has it below; {}", part,
          high > 0 ? "that may be chance" : "that is no chance: it is not such a line"));
    }
  };
  tell_zero(fit.base_was_negative, "batch base", fit.base_ms.high);
  tell_zero(fit.per_item_was_negative, "batch per_item", fit.per_item_ms.high);
}

void TellOfPolls(const CalibrateInput& input, const CalibrateAnswer& answer,
                 std::vector<std::string>& sentences) {
  const BatchAnswers& batches = answer.batches;
  if (batches.polled > 0 && batches.at_once > 0) {
    sentences.push_back(fmt::format(
        "{} of {} batches were answered at once, the others polled for: the scenario polls for all",
        batches.at_once, batches.at_once + batches.polled));
  }
  const auto polled = static_cast<double>(batches.polled);
  if (static_cast<double>(batches.done_at_first_poll) > kManyAtFirstPoll * polled) {
    sentences.push_back(fmt::format(
        "when {} of {} batches were ready: their first poll found them done; a shorter --poll than "
        "{} would tell",
        batches.done_at_first_poll, batches.polled, batcher::FormatDuration(input.poll_every)));
  }
  if (batches.width_ms) {
    sentences.push_back(fmt::format(
        "when a batch was ready between two polls, {} apart at the median; the intervals hold that",
        FormatMs(*batches.width_ms)));
  }
  if (!answer.round_trip_ms) {
    sentences.emplace_back(
        "the network's time from the service's own, as nothing was polled for: client.rtt is 0 and "
        "the way is in the times");
  }
}

}  // namespace

std::vector<std::string> NotTold(const CalibrateInput& input, const CalibrateAnswer& answer) {
  std::vector<std::string> sentences;
  const std::size_t ended = input.measured.probes.size();
  const std::size_t told = answer.answered + (ended > 0 && answer.times.front() ? 1 : 0);
  if (told < ended) {
    const auto failed = std::ranges::find_if(input.measured.probes, [](const SentProbe& probe) {
      return probe.outcome != batcher::Outcome::kValue;
    });
    sentences.push_back(fmt::format("{} of {} probes were not answered, such as: {}", ended - told,
                                    ended, failed->message));
  }
  if (answer.batch) {
    TellOfLine(answer, sentences);
  }
  TellOfPolls(input, answer, sentences);
  if (answer.batch) {
    sentences.push_back(fmt::format("batches of more than {}: none was tried",
                                    FormatCount(answer.batch->sizes.back().size)));
  }
  const std::uint64_t needed = results::EvidenceNeeded(0.99);
  if (answer.single && answer.single->timings < needed) {
    sentences.push_back(fmt::format(
        "the p99 of single calls but by a lognormal law: seeing it needs {} calls, {} were timed",
        needed, answer.single->timings));
  }
  const auto& workers = input.scenario.server.workers;
  sentences.push_back(fmt::format(
      "several requests at once, one was under way at a time: server.workers stays {}, a guess",
      workers ? fmt::to_string(*workers) : "null"));
  sentences.push_back(fmt::format("other hours than the {} in which it was measured",
                                  FormatMs(input.measured.took)));
  return sentences;
}

}  // namespace bench
