#include "bench/tune_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "bench/sweep_remark.h"
#include "bench/tune_credits.h"
#include "bench/tune_verdict.h"

namespace bench {
namespace {

constexpr double kGivenUp = 0.01;

std::string Quantile(const TuneFigures& figures) {
  return figures.quantile_ms ? ShortMs(*figures.quantile_ms) : "-";
}

std::string Remark(const TuneAnswer& answer, const TuneRow& row) {
  if (row.candidate == answer.choice.best) {
    return IsAdvice(answer) ? "<- recommended" : "<- nearest";
  }
  const Judged& judged = row.figures.judged;
  if (judged.standing != Standing::kHolds) {
    return judged.standing == Standing::kLacksEvidence ? "too few batches to tell" : judged.why;
  }
  if (row.figures.saved < 0) {
    return "polls cost more than batches save";
  }
  const auto latency = [](const TuneRow& of) {
    return of.figures.quantile_ms.value_or(of.figures.latency_ms);
  };
  const bool fastest = std::ranges::none_of(answer.rows, [&](const TuneRow& other) {
    return other.figures.judged.standing == Standing::kHolds && latency(other) < latency(row);
  });
  return fastest ? "if latency matters more than quota" : "";
}

std::string RowsText(const TuneInput& input, const TuneAnswer& answer, results::TextStyle style) {
  std::vector<results::Column> columns = {{"", results::Align::kLeft},
                                          {"saved"},
                                          {QuantileName(answer) + ", ms"},
                                          {"mean wait"},
                                          {"", results::Align::kLeft}};
  const bool with_credits = CreditsOf(input, answer).has_value();
  if (with_credits) {
    columns.insert(columns.begin() + 2, {"credits/call"});
  }
  results::Table table(columns);
  for (const TuneRow& row : answer.rows) {
    // A call that was given up costs no request: that is no saving.
    const bool given_up = row.figures.unanswered > kGivenUp;
    std::vector<std::string> cells = {row.label, given_up ? "-" : Percent(row.figures.saved),
                                      Quantile(row.figures), results::FormatMs(row.figures.wait_ms),
                                      Remark(answer, row)};
    if (with_credits) {
      cells.insert(cells.begin() + 2, CreditsText(CreditsOfAnswered(row.figures)));
    }
    table.AddRow(std::move(cells));
  }
  return table.Render(style);
}

// From how many addresses on a batch is sooner, where single_below is about that.
std::string BreakEvenText(const TuneInput& input, const TuneAnswer& answer) {
  constexpr std::size_t kWorthAWord = 3;
  const Candidate& best = answer.choice.best;
  if (!best.batches || best.single_below < kWorthAWord || !input.break_even) {
    return "";
  }
  return fmt::format(
      "By the times of the service alone one batch is answered sooner than its addresses one by "
      "one from {} addresses on.\n",
      *input.break_even);
}

std::string StepsText(const TuneAnswer& answer) {
  if (answer.steps.size() < 2) {
    return "";
  }
  std::string text =
      fmt::format("What each knob brought, at {}: ", WindowText(answer.choice.best.window));
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
    std::vector<std::string> parts;
    for (const TuneScaled& scaled : answer.scaled) {
      const Standing standing = scaled.figures.judged.standing;
      if (scaled.how == how) {
        parts.push_back(fmt::format(
            "x {:g}: {} saved, {}{}", scaled.factor, Percent(scaled.figures.saved),
            QuantilePhrase(answer, scaled.figures),
            standing == Standing::kMisses || standing == Standing::kSaturated ? ", SLO missed"
                                                                              : ""));
      }
    }
    if (!parts.empty()) {
      text += fmt::format("{}  {}\n",
                          how == MoreTraffic::kFaster ? "The same traffic at another pace     "
                                                      : "More (or fewer) such callers at once ",
                          fmt::join(parts, ";  "));
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
std::string LookText(const TuneInput& input, const TuneAnswer& answer) {
  const CloserLook& look = answer.look;
  std::string text;
  if (!IsAdvice(answer)) {
    return text;
  }
  const bool polled = input.scenario.server.batch_mode == mock_server::BatchMode::kPending;
  if (look.waiting) {
    text += "Waiting " + results::WaitingSentence(*look.waiting) +
            (polled ? "; polls are not counted here" : "") + "\n";
  }
  if (look.regret) {
    text += "Regret  " + results::RegretSentence(*look.regret) +
            "; batches are counted here, while the choice was made by HTTP requests" +
            (polled ? ", polls among them" : "") + "\n";
  }
  for (const Finding& finding : look.findings) {
    text += "Finding " + finding.sentence + "\n";
  }
  return text;
}

// Whether the service was timed with batches as large as those that were tried.
std::string SizesSentence(const TuneInput& input, const TuneAnswer& answer) {
  const auto measured = input.service ? input.service->largest_measured : std::nullopt;
  if (!measured || answer.look.largest_batch <= 1) {
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
  text += TuneVerdict(input, answer) + "\n" + RowsText(input, answer, style) + StepsText(answer) +
          BreakEvenText(input, answer) + RankText(answer);
  const std::string scaled = ScaledText(answer);
  text += scaled.empty() ? "" : "\n" + scaled;
  const std::string look = LookText(input, answer);
  return text + (look.empty() ? "" : "\n" + look);
}

}  // namespace bench
