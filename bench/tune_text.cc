#include "bench/tune_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "bench/sweep_remark.h"
#include "scenarios/describe_arrivals.h"

namespace bench {
namespace {

// Without a sign: "37 %", "-9 %".
std::string Percent(double ratio) { return fmt::format("{:.0f} %", 100 * ratio); }

std::string Quantile(const TuneFigures& figures) {
  return figures.quantile_ms ? ShortMs(*figures.quantile_ms) : "-";
}

std::string QuantileName(const TuneAnswer& answer) {
  return answer.quantity.substr(answer.quantity.find('.') + 1);
}

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
std::string Behind(const std::optional<results::Interval>& interval, double scale) {
  if (!interval) {
    return "";
  }
  const std::string low = ShortMs(scale * interval->low);
  const std::string high = ShortMs(scale * interval->high);
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
    text += fmt::format(", {} {} ms{}", QuantileName(answer), ShortMs(*figures.quantile_ms),
                        Behind(answer.quantile_interval, 1));
  }
  if (answer.choice.best.batches) {
    text +=
        fmt::format(", holds a call for {} on average and {} at most",
                    results::FormatMs(figures.linger_ms), WindowText(answer.choice.best.window));
  }
  return text + ".\n";
}

std::string CheckSentence(const TuneInput& input, const TuneAnswer& answer) {
  const TuneFigures& checked = answer.checked;
  std::string text;
  if (input.calls) {
    text = fmt::format("Chosen on the first 70 % of the log; on the rest: {}, {} {}. ",
                       Percent(checked.saved), QuantileName(answer),
                       checked.quantile_ms ? ShortMs(*checked.quantile_ms) + " ms" : "not known");
  } else {
    text = fmt::format("Chosen on {} seeds; the figures above are of {} fresh ones. ",
                       input.choose.front().seeds.size(), input.check.front().seeds.size());
  }
  if (!answer.held) {
    text += "It did NOT hold: " + checked.judged.why + ".";
  } else if (checked.judged.standing == Standing::kLacksEvidence) {
    text += "Whether it held can't be told: " + checked.judged.why + ".";
  } else {
    text += "It held.";
  }
  if (const auto& stretch = answer.look.stretch) {
    text += fmt::format(
        "\nIn brackets where another such stretch lies, 95 %: from {} blocks of {} of it.",
        stretch->blocks, results::FormatMs(stretch->block));
  }
  return text + "\n";
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
    sentences.push_back(
        "It stands on an edge: a window 5 % longer or shorter misses a demand or loses more than "
        "2 points.");
  }
  if (choice.out_of_time) {
    sentences.push_back(
        "The budget ended the search before all knobs were tried: --budget takes more.");
  }
  return sentences.empty() ? "" : fmt::format("{}\n", fmt::join(sentences, " "));
}

std::string Remark(const TuneAnswer& answer, const TuneRow& row) {
  if (row.candidate == answer.choice.best) {
    return "<- recommended";
  }
  const Judged& judged = row.figures.judged;
  if (judged.standing != Standing::kHolds) {
    return judged.standing == Standing::kLacksEvidence ? "too few batches to tell" : judged.why;
  }
  if (row.figures.saved < 0) {
    return "polls cost more than batches save";
  }
  const bool fastest = std::ranges::none_of(answer.rows, [&](const TuneRow& other) {
    return other.figures.judged.standing == Standing::kHolds &&
           other.figures.latency_ms < row.figures.latency_ms;
  });
  return fastest ? "if latency matters more than quota" : "";
}

std::string RowsText(const TuneAnswer& answer, results::TextStyle style) {
  results::Table table({{"", results::Align::kLeft},
                        {"saved"},
                        {QuantileName(answer) + ", ms"},
                        {"mean wait"},
                        {"", results::Align::kLeft}});
  for (const TuneRow& row : answer.rows) {
    table.AddRow({row.label, Percent(row.figures.saved), Quantile(row.figures),
                  results::FormatMs(row.figures.wait_ms), Remark(answer, row)});
  }
  return table.Render(style);
}

std::string StepsText(const TuneAnswer& answer) {
  if (answer.steps.size() < 2) {
    return "";
  }
  std::string text = fmt::format("What bought it, at {}: ", WindowText(answer.choice.best.window));
  for (std::size_t i = 0; i < answer.steps.size(); ++i) {
    const TuneStep& step = answer.steps[i];
    if (i == 0) {
      text += fmt::format("{} {} saved", step.what, Percent(step.figures.saved));
      continue;
    }
    const TuneFigures& before = answer.steps[i - 1].figures;
    text += fmt::format("; {} {:+.0f}", step.what, 100 * (step.figures.saved - before.saved));
    if (step.figures.quantile_ms && before.quantile_ms &&
        std::abs(*step.figures.quantile_ms - *before.quantile_ms) > 0.02 * *before.quantile_ms) {
      text += fmt::format(", {} {} to {}", QuantileName(answer), ShortMs(*before.quantile_ms),
                          ShortMs(*step.figures.quantile_ms));
    }
  }
  return text + ".\n";
}

std::string ScaledText(const TuneAnswer& answer) {
  std::string text;
  for (const MoreTraffic how : {MoreTraffic::kFaster, MoreTraffic::kCopies}) {
    std::string line;
    for (const TuneScaled& scaled : answer.scaled) {
      if (scaled.how != how) {
        continue;
      }
      line += fmt::format("  x {:g}: {}, {}{}", scaled.factor, Percent(scaled.figures.saved),
                          Quantile(scaled.figures),
                          scaled.figures.judged.standing == Standing::kMisses ||
                                  scaled.figures.judged.standing == Standing::kSaturated
                              ? ", SLO missed"
                              : "");
    }
    if (!line.empty()) {
      text += (how == MoreTraffic::kFaster ? "If the same traffic comes faster"
                                           : "If more (or fewer) such callers come") +
              line + "\n";
    }
  }
  return text;
}

std::string RankText(const TuneAnswer& answer) {
  if (!answer.rank_if_fast || !answer.rank_if_slow) {
    return "";
  }
  if (*answer.rank_if_fast == 1 && *answer.rank_if_slow == 1) {
    return "It stays first among these if the service is as fast, or as slow, as its timings "
           "allow.\n";
  }
  return fmt::format(
      "Among these it is number {} if the service is as fast as its timings allow, number "
      "{} if as slow: time the service more often.\n",
      *answer.rank_if_fast, *answer.rank_if_slow);
}

// What its run shows, as below the table of a run.
std::string LookText(const CloserLook& look) {
  std::string text;
  if (look.waiting) {
    text += "Waiting " + results::WaitingSentence(*look.waiting) + "\n";
  }
  for (const Finding& finding : look.findings) {
    text += "Finding " + finding.sentence + "\n";
  }
  return text;
}

// Whether the service was timed with batches as large as those that were tried.
std::string SizesSentence(const TuneInput& input, const TuneAnswer& answer) {
  const auto measured = input.service ? input.service->largest_measured : std::nullopt;
  if (!measured || answer.look.largest_batch == 0) {
    return "";
  }
  const std::size_t largest = answer.look.largest_batch;
  return largest <= *measured
             ? fmt::format("the largest batch, {}, is within the sizes timed", largest)
             : fmt::format("batches of up to {} are guessed: none above {} was timed", largest,
                           *measured);
}

// What was read, and looked at.
std::string ReadText(const TuneInput& input, const TuneAnswer& answer) {
  auto lines = input.headings;
  if (const std::string sizes = SizesSentence(input, answer); !sizes.empty()) {
    const auto check =
        std::ranges::find(lines, kCheckHeading, &std::pair<std::string, std::string>::first);
    if (check == lines.end()) {
      lines.emplace_back(kCheckHeading, sizes);
    } else {
      check->second += "; " + sizes;
    }
  }
  for (const std::string& warning : input.warnings) {
    lines.emplace_back("note", warning);
  }
  std::size_t width = 0;
  for (const auto& [name, words] : lines) {
    width = std::max(width, name.size());
  }
  std::string text;
  for (const auto& [name, words] : lines) {
    text += fmt::format("{:<{}}  {}\n", name, width, words);
  }
  return text;
}

}  // namespace

std::string TuneText(const TuneInput& input, const TuneAnswer& answer, results::TextStyle style) {
  std::string text = ReadText(input, answer);
  text += "\n";
  const TuneFigures& told = input.calls ? answer.chosen : answer.checked;
  if (answer.do_not_batch) {
    text += "Do not batch here: " + *answer.do_not_batch + ".\n";
  } else if (answer.choice.score.standing == Standing::kHolds) {
    text += "Use " + Knobs(input, answer.choice.best) + ".\n" + GainSentence(answer, told);
  } else if (answer.choice.score.standing == Standing::kLacksEvidence) {
    text += "Too few calls to be sure: " + answer.chosen.judged.why +
            ". As far as they tell, use " + Knobs(input, answer.choice.best) + ".\n" +
            GainSentence(answer, told);
  } else {
    text += "Nothing holds the demands; the nearest is " + Knobs(input, answer.choice.best) + ": " +
            answer.chosen.judged.why + ".\n" + GainSentence(answer, told);
  }
  text += CheckSentence(input, answer) + NearbySentence(answer) + "\n" + RowsText(answer, style) +
          StepsText(answer) + RankText(answer);
  const std::string scaled = ScaledText(answer);
  text += scaled.empty() ? "" : "\n" + scaled;
  const std::string look = LookText(answer.look);
  return text + (look.empty() ? "" : "\n" + look);
}

}  // namespace bench
