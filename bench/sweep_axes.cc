#include "bench/sweep_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "batcher/core/policy.h"
#include "bench/sweep_range.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

Error Blame(std::string_view option, const Error& error) {
  return Error{fmt::format("{}: {}", option, error.message)};
}

// --sweep path=values.
Result<Axis> PathAxis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{fmt::format("--sweep: found \"{}\", wanted path=values", text)};
  }
  const std::string path = text.substr(0, equals);
  const auto values = ParseSweepValues(std::string_view(text).substr(equals + 1));
  if (!values) {
    return Blame("--sweep " + path, values.error());
  }
  Axis axis{.title = path,
            .of_batcher = path.starts_with("batcher.") || path.starts_with("client."),
            .choices = {}};
  for (const std::string& value : *values) {
    axis.choices.push_back({.label = value, .overrides = {fmt::format("{}={}", path, value)}});
  }
  return axis;
}

Result<Axis> FormAxis(std::string_view option, const std::string& text, bool of_batcher,
                      std::string ShortForms::*form) {
  const auto values = ParseSweepValues(text);
  if (!values) {
    return Blame(option, values.error());
  }
  Axis axis{.title = std::string(option.substr(2)), .of_batcher = of_batcher, .choices = {}};
  for (const std::string& value : *values) {
    ShortForms forms;
    forms.*form = value;
    axis.choices.push_back({.label = value, .overrides = OverridesOf(forms)});
  }
  return axis;
}

bool HasWindow(const std::string& policy) {
  const auto& kinds = batcher::PolicyKinds();
  return std::ranges::any_of(kinds, [&](const batcher::PolicyKind& kind) {
    return kind.spec.name == policy && kind.spec.Find("window") != nullptr;
  });
}

// Policies and windows are one axis: not every policy has a window.
Result<Axis> PolicyAxis(const ShortForms& forms) {
  if (forms.policy.empty()) {
    return FormAxis("--window", forms.window, true, &ShortForms::window);
  }
  const auto policies = ParseSweepValues(forms.policy);
  if (!policies) {
    return Blame("--policy", policies.error());
  }
  const auto windows =
      forms.window.empty() ? std::vector<std::string>{} : ParseSweepValues(forms.window);
  if (!windows) {
    return Blame("--window", windows.error());
  }
  Axis axis{
      .title = windows->empty() ? "policy" : "policy, window", .of_batcher = true, .choices = {}};
  for (const std::string& policy : *policies) {
    if (windows->empty() || !HasWindow(policy)) {
      axis.choices.push_back({.label = policy, .overrides = OverridesOf({.policy = policy})});
      continue;
    }
    for (const std::string& window : *windows) {
      axis.choices.push_back({.label = policies->size() == 1 && policy == "window"
                                           ? window
                                           : fmt::format("{} {}", policy, window),
                              .overrides = OverridesOf({.window = window, .policy = policy})});
    }
  }
  return axis;
}

}  // namespace

Result<std::vector<Axis>> AxesOf(const SweepAxes& asked) {
  std::vector<Axis> axes;
  SweepAxes wanted = asked;
  ShortForms& forms = wanted.forms;
  if (forms.window.empty() && forms.policy.empty() && forms.rate.empty() && forms.poll.empty() &&
      wanted.paths.empty()) {
    forms.window = "1ms..500ms";
  }
  const auto add = [&](Result<Axis> axis) -> std::optional<Error> {
    if (!axis) {
      return axis.error();
    }
    axes.push_back(*std::move(axis));
    return std::nullopt;
  };
  std::optional<Error> error;
  if (!forms.rate.empty()) {
    error = add(FormAxis("--rate", forms.rate, false, &ShortForms::rate));
  }
  for (const std::string& path : wanted.paths) {
    error = error ? error : add(PathAxis(path));
  }
  if (!error && !forms.poll.empty()) {
    error = add(FormAxis("--poll", forms.poll, true, &ShortForms::poll));
  }
  if (!error && !(forms.window.empty() && forms.policy.empty())) {
    error = add(PolicyAxis(forms));
  }
  if (error) {
    return *error;
  }
  // What is not of the batcher goes outside, so that the baselines stand beside their like.
  std::stable_partition(axes.begin(), axes.end(),
                        [](const Axis& axis) { return !axis.of_batcher; });
  if (!axes.back().of_batcher) {  // the batcher as it is, beside the baselines
    axes.push_back({.title = {}, .of_batcher = true, .choices = {AxisChoice{}}});
  }
  return axes;
}

}  // namespace bench
