#include "bench/tune_verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "bench/sweep_remark.h"
#include "bench/tune_credits.h"
#include "results/lib/table.h"
#include "scenarios/describe_arrivals.h"

namespace bench {
namespace {

std::string Knobs(const TuneInput& input, const Candidate& best) {
  std::string text = fmt::format("window {}", WindowText(best.window));
  if (best.single_below == 1) {
    text += ", send lone calls in batches too";
  } else if (best.single_below == 2) {
    text += ", send lone calls singly";
  } else {
    text += fmt::format(", send fewer than {} calls singly", best.single_below);
  }
  if (input.scenario.server.batch_mode == mock_server::BatchMode::kPending) {
    const batcher::Choice& poll = input.knobs.polls[best.poll];
    text += poll.kind() == "expected" ? ", poll at the expected time" : ", poll " + PollLabel(poll);
  }
  if (best.max_items != input.knobs.max_items[0] || best.max_items < 1000) {
    text += fmt::format(", at most {} a batch", best.max_items);
  }
  text += best.max_in_flight ? fmt::format(", at most {} in flight", *best.max_in_flight) : "";
  return text;
}

// " [32, 42]", " (atom)": the interval behind a figure.
std::string Behind(const std::optional<results::Interval>& interval) {
  if (!interval) {
    return "";
  }
  const std::string low = ShortMs(interval->low);
  const std::string high = ShortMs(interval->high);
  return low == high ? " (atom)" : fmt::format(" [{}, {}]", low, high);
}

std::string GainSentence(const TuneAnswer& answer, const TuneFigures& figures) {
  std::string text = fmt::format("Saves {}", Percent(figures.saved));
  if (answer.saved_interval) {
    text += fmt::format(" [{:.0f}, {:.0f}]", 100 * answer.saved_interval->low,
                        100 * answer.saved_interval->high);
  }
  text += " of HTTP requests";
  if (figures.quantile_ms) {
    text += ", " + QuantilePhrase(answer, figures) + Behind(answer.quantile_interval);
  }
  if (answer.choice.best.batches) {
    text +=
        fmt::format(", holds a call for {} on average and {} at most",
                    results::FormatMs(figures.linger_ms), WindowText(answer.choice.best.window));
  }
  return text + ".\n";
}

// Whether another stretch of such traffic may miss the demand on the quantile.
std::string AnotherStretch(const TuneAnswer& answer) {
  const auto demand =
      std::ranges::find(answer.slo, answer.quantity, &scenarios::Threshold::quantity);
  if (demand == answer.slo.end() || !answer.quantile_interval || !answer.held) {
    return "";
  }
  const double high = answer.quantile_interval->high;
  return scenarios::Holds(*demand, high * 1e6)
             ? ""
             : fmt::format(" It may miss {}: up to {} ms.", scenarios::FormatThreshold(*demand),
                           ShortMs(high));
}

std::string CheckSentence(const TuneInput& input, const TuneAnswer& answer) {
  const TuneFigures& checked = answer.checked;
  std::string text;
  if (input.calls) {
    text = fmt::format("Chosen on the first 70 % of the log; on the rest: {}, {}.",
                       Percent(checked.saved), QuantilePhrase(answer, checked));
  } else {
    text = fmt::format("Chosen on {} seeds; the figures above are of {} fresh ones.",
                       input.choose.front().seeds.size(), input.check.front().seeds.size());
  }
  if (!IsAdvice(answer)) {
    return text + "\n";
  }
  if (!answer.held) {
    text += " It did NOT hold: " + checked.judged.why + ".";
  } else if (checked.judged.standing == Standing::kLacksEvidence) {
    text += " Whether it held can't be told: " + checked.judged.why + ".";
  } else {
    text += " It held.";
  }
  if (const auto& stretch = answer.look.stretch) {
    text += fmt::format(
        "\nIn brackets: where another stretch of such traffic lies, 95 % (of {} blocks of {}, "
        "drawn "
        "again).",
        stretch->blocks, results::FormatMs(stretch->block));
  }
  return text + AnotherStretch(answer) + "\n";
}

// What is near the window.
std::string NearbySentence(const TuneAnswer& answer) {
  const TuneChoice& choice = answer.choice;
  if (!choice.best.batches || choice.best.window == batcher::Duration(0)) {
    return "";
  }
  std::vector<std::string> sentences;
  if (choice.flat_from < choice.flat_to) {
    sentences.push_back(fmt::format(
        "{} to {} is {}.", WindowText(choice.flat_from), WindowText(choice.flat_to),
        answer.goal.kind == GoalKind::kRequests ? "within 2 points" : "nearly as good"));
  }
  if (answer.edge) {
    sentences.push_back(fmt::format(
        "At {} saving drops to {}: the timer upstream of {}.", WindowText(answer.edge->window),
        Percent(answer.edge->figures.saved), scenarios::GapText(answer.edge->timer)));
  }
  if (choice.fragile) {
    sentences.emplace_back(
        "It stands on an edge: a window 5 % longer or shorter misses a demand or loses more than "
        "2 points.");
  }
  if (choice.out_of_time) {
    sentences.emplace_back(
        "The budget ended the search before all knobs were tried: --budget takes more.");
  }
  return sentences.empty() ? "" : fmt::format("{}\n", fmt::join(sentences, " "));
}

}  // namespace

std::string Percent(double ratio) {
  return fmt::format("{:.0f} %", std::round(100 * ratio) + 0.0);  // never "-0"
}

std::string QuantileName(const TuneAnswer& answer) {
  return answer.quantity.substr(answer.quantity.find('.') + 1);
}

std::string QuantilePhrase(const TuneAnswer& answer, const TuneFigures& figures) {
  return QuantileName(answer) +
         (figures.quantile_ms ? " " + ShortMs(*figures.quantile_ms) + " ms" : " not known");
}

bool IsAdvice(const TuneAnswer& answer) {
  const Standing standing = answer.choice.score.standing;
  return standing == Standing::kHolds || standing == Standing::kLacksEvidence;
}

std::string TuneVerdict(const TuneInput& input, const TuneAnswer& answer) {
  const TuneFigures& told = input.calls ? answer.chosen : answer.checked;
  const std::string knobs = Knobs(input, answer.choice.best);
  std::string text;
  if (answer.do_not_batch) {
    text = "Do not batch here: " + *answer.do_not_batch + ".\n";
  } else if (answer.choice.score.standing == Standing::kHolds) {
    text = "Use " + knobs + ".\n" + GainSentence(answer, told);
  } else if (IsAdvice(answer)) {
    text = "Too few calls to be sure: " + answer.chosen.judged.why + ". As far as they tell, use " +
           knobs + ".\n" + GainSentence(answer, told);
  } else {
    text = "Nothing holds the demands; the nearest is " + knobs + ": " + answer.chosen.judged.why +
           ". Without batches: " + QuantilePhrase(answer, answer.without) + ".\n" +
           GainSentence(answer, told);
  }
  if (const auto credits = CreditsOf(input, answer); credits && answer.choice.best.batches) {
    text += CreditsSentence(*credits);
  }
  return text + CheckSentence(input, answer) + NearbySentence(answer);
}

}  // namespace bench
