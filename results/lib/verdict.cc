#include "results/lib/verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "results/lib/table.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Outcome;

constexpr double kTolerance = 0.05;

// For sentences: "3 ms" where a column has "3.00 ms".
std::string Short(Duration time) {
  const std::string text = FormatMs(time);
  const std::size_t space = text.find(' ');
  std::string number = text.substr(0, space);
  if (number.find('.') != std::string::npos) {
    number.erase(number.find_last_not_of('0') + 1);
    number.erase(number.find_last_not_of('.') + 1);
  }
  return number + text.substr(space);
}

void Refuse(std::string reason, std::string advice, Verdict& verdict) {
  verdict.status = VerdictStatus::kInvalid;
  verdict.reasons.push_back(std::move(reason));
  verdict.advice.push_back(std::move(advice));
}

bool Exceeds(Duration margin, Duration measured) {
  return static_cast<double>(margin.count()) > kTolerance * static_cast<double>(measured.count());
}

// What no margin can mend.
void JudgeLedger(const Summary& summary, const VerdictInputs& inputs, Verdict& verdict) {
  for (const std::string& violation : inputs.violations) {
    verdict.status = VerdictStatus::kInvalid;
    verdict.reasons.push_back("the ledger contradicts itself: " + violation);
  }
  if (!inputs.violations.empty()) {
    verdict.advice.emplace_back(
        "trust none of these numbers, and report the fault together with run.json");
  }
  const std::uint64_t unreachable =
      summary.outcomes[static_cast<std::size_t>(Outcome::kFailedUnreachable)];
  if (summary.calls == 0 && inputs.interrupted) {
    Refuse("the run was stopped before its first call", "let it go on for longer", verdict);
  } else if (summary.calls == 0) {
    Refuse("the run made no calls", "give it more time, or a scenario with arrivals", verdict);
  } else if (2 * unreachable >= summary.calls) {
    Refuse(fmt::format("the server could not be reached: {} of {} calls failed as unreachable",
                       FormatCount(unreachable), FormatCount(summary.calls)),
           "check that the server runs and that --base-url names it", verdict);
  } else if (summary.latency.count == 0) {
    Refuse("no call was answered, so that there is no latency to tell of",
           "see the outcomes: they name the cause", verdict);
  }
}

void JudgeMargin(const Summary& summary, std::optional<Duration> window, Verdict& verdict) {
  const Duration lateness = summary.generator_lateness.p99;
  const Duration error = summary.server_delay_error ? summary.server_delay_error->p99 : Duration(0);
  verdict.margin = lateness + error;
  const std::string made_of = summary.server_delay_error
                                  ? fmt::format("load generator late by {}, mock by {} (p99)",
                                                Short(lateness), Short(error))
                                  : fmt::format("load generator late by {} (p99)", Short(lateness));
  const bool too_wide = summary.latency.count > 0 && Exceeds(verdict.margin, summary.latency.p50) &&
                        (!window || Exceeds(verdict.margin, *window));
  if (!too_wide) {
    if (verdict.status == VerdictStatus::kValid) {
      verdict.reasons.push_back(made_of);
    }
    return;
  }
  std::string limits = fmt::format("5 % of the latency p50 ({})", Short(summary.latency.p50));
  if (window) {
    limits += fmt::format(" and 5 % of the window ({})", Short(*window));
  }
  Refuse(fmt::format("{}: together {}, more than {}", made_of, Short(verdict.margin), limits),
         lateness >= error
             ? "lower the rate, close other programs, or run it in virtual time (--engine sim)"
             : "use fewer connections, close other programs, or run it in virtual time "
               "(--engine sim)",
         verdict);
}

}  // namespace

Verdict Judge(const Summary& summary, const VerdictInputs& inputs) {
  Verdict verdict;
  JudgeLedger(summary, inputs, verdict);
  if (!inputs.virtual_time) {
    JudgeMargin(summary, inputs.window, verdict);
  } else if (verdict.status == VerdictStatus::kValid) {
    verdict.reasons.emplace_back("virtual time, every moment is exact");
  }
  return verdict;
}

std::string_view Name(VerdictStatus status) {
  return status == VerdictStatus::kValid ? "VALID" : "INVALID";
}

std::string VerdictLine(const Verdict& verdict) {
  const bool valid = verdict.status == VerdictStatus::kValid;
  const std::string margin =
      valid && verdict.margin.count() > 0 ? " to +-" + Short(verdict.margin) : "";
  std::string line =
      fmt::format("{}{}: {}", Name(verdict.status), margin, fmt::join(verdict.reasons, "; "));
  for (const std::string& advice : verdict.advice) {
    line += ". Next: " + advice;
  }
  return line;
}

}  // namespace results
