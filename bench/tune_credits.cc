#include "bench/tune_credits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/lib/table.h"

namespace bench {
namespace {

bool AreCounted(const TuneInput& input, const TuneAnswer& answer) {
  const scenarios::Scenario& scenario = input.scenario;
  return scenario.server.quota || scenario.server.rate_limit || scenario.client.rate_limit ||
         answer.goal.kind == GoalKind::kCredits;
}

// Two digits are what a forecast of a day is worth. Down, so that nobody runs out.
std::uint64_t TwoDigitsDown(double value) {
  if (value < 100) {
    return static_cast<std::uint64_t>(value);
  }
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
  // What is a whole number of units but for rounding stays it.
  return static_cast<std::uint64_t>(std::llround(std::floor(value / unit + 1e-9) * unit));
}

std::optional<std::uint64_t> Carried(const std::optional<std::uint64_t>& quota, double per_call) {
  if (!quota || per_call <= 0) {
    return std::nullopt;
  }
  return TwoDigitsDown(static_cast<double>(*quota) / per_call);
}

}  // namespace

double CreditsOfAnswered(const TuneFigures& figures) {
  const double answered = 1 - figures.unanswered;
  return answered > 0 ? figures.credits / answered : 0;
}

std::string CreditsText(double credits) {
  const std::string text = fmt::format("{:.2f}", credits);
  return text.ends_with(".00") ? text.substr(0, text.size() - 3) : text;
}

std::optional<TuneCredits> CreditsOf(const TuneInput& input, const TuneAnswer& answer) {
  if (!AreCounted(input, answer)) {
    return std::nullopt;
  }
  TuneCredits credits{.per_call = CreditsOfAnswered(input.calls ? answer.chosen : answer.checked),
                      .per_call_without = CreditsOfAnswered(answer.without),
                      .quota = input.scenario.server.quota};
  credits.calls = Carried(credits.quota, credits.per_call);
  credits.calls_without = Carried(credits.quota, credits.per_call_without);
  return credits;
}

std::string CreditsSentence(const TuneCredits& credits) {
  std::string text =
      fmt::format("It takes {} credits a call ({} without batches)", CreditsText(credits.per_call),
                  CreditsText(credits.per_call_without));
  if (credits.calls && credits.calls_without) {
    text += fmt::format(": {} a day carry {} calls", results::FormatCount(*credits.quota),
                        results::FormatCount(*credits.calls));
    text += *credits.calls == *credits.calls_without
                ? ""
                : fmt::format(", not {}", results::FormatCount(*credits.calls_without));
  }
  return text + ".\n";
}

}  // namespace bench
