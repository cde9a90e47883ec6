#include "bench/policy_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "batcher/base/check.h"
#include "bench/sweep_range.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::FieldSpec;
using batcher::FieldUnit;

constexpr std::array<std::string_view, 6> kMainFields = {"window",   "period", "gap",
                                                         "min_size", "size",   "price"};

// In quarters of the price that is given.
constexpr std::array<int, 8> kPriceQuarters = {1, 2, 3, 4, 6, 8, 12, 16};

std::vector<const FieldSpec*> MainFieldsOf(const batcher::KindSpec& policy) {
  std::vector<const FieldSpec*> fields;
  for (const FieldSpec& field : policy.fields) {
    if (!field.optional && std::ranges::find(kMainFields, field.name) != kMainFields.end()) {
      fields.push_back(&field);
    }
  }
  return fields;
}

std::vector<std::string> ValuesBetween(const std::string& low, const std::string& high) {
  const auto values = ParseSweepValues(low + ".." + high);
  CHECK(values.has_value());
  return *values;
}

std::vector<std::string> ValuesOf(const FieldSpec& field, const scenarios::Scenario& scenario,
                                  Duration price) {
  std::vector<std::string> values;
  if (field.name == "price") {
    for (const int quarters : kPriceQuarters) {
      values.push_back(batcher::FormatDuration(std::max(price * quarters / 4, Duration(1))));
    }
    return values;
  }
  if (field.unit == FieldUnit::kCount && scenario.batcher.max_items == 1) {
    return {"1"};
  }
  if (field.unit == FieldUnit::kCount) {
    return ValuesBetween("1", std::to_string(scenario.batcher.max_items));
  }
  if (field.minimum == 0) {
    values.emplace_back("0ms");
  }
  std::ranges::copy(ValuesBetween(batcher::FormatDuration(std::max(price / 100, Duration(1))),
                                  batcher::FormatDuration(2 * price)),
                    std::back_inserter(values));
  return values;
}

// What the policy is usually set to.
batcher::Choice UsualOf(const batcher::KindSpec& policy, const scenarios::Scenario& scenario,
                        Duration price) {
  if (scenario.batcher.policy.kind() == policy.name) {
    return scenario.batcher.policy;
  }
  batcher::Choice usual(policy);
  if (policy.Find("price") != nullptr) {
    usual.Set("price", static_cast<double>(price.count()));
  }
  return usual;
}

std::string TextOf(const FieldSpec& field, const batcher::Choice& policy) {
  return field.unit == FieldUnit::kCount ? std::to_string(policy.Count(field.name))
                                         : batcher::FormatDuration(policy.Time(field.name));
}

// Whether a field's value means nothing beside another's.
bool IsIdle(const std::vector<const FieldSpec*>& fields, const std::vector<std::string>& values) {
  return fields.size() == 2 && fields[0]->name == "gap" &&
         *batcher::ParseDuration(values[0]) >= *batcher::ParseDuration(values[1]);
}

// Every combination of a value for each of the fields from values.size() on.
void Combine(const std::vector<const FieldSpec*>& fields, const scenarios::Scenario& scenario,
             Duration price, const std::vector<std::string>& values,
             std::vector<std::vector<std::string>>& all) {
  if (values.size() == fields.size()) {
    if (!IsIdle(fields, values)) {
      all.push_back(values);
    }
    return;
  }
  for (std::string& value : ValuesOf(*fields[values.size()], scenario, price)) {
    std::vector<std::string> more = values;
    more.push_back(std::move(value));
    Combine(fields, scenario, price, more, all);
  }
}

}  // namespace

std::vector<PolicySetting> SettingsToTry(const batcher::KindSpec& policy,
                                         const scenarios::Scenario& scenario, Duration price) {
  CHECK(price > Duration(0) && price <= kHighestGridPrice);
  const std::vector<const FieldSpec*> fields = MainFieldsOf(policy);
  const batcher::Choice usual = UsualOf(policy, scenario, price);
  std::vector<std::vector<std::string>> all(1);
  for (const FieldSpec* field : fields) {
    all.front().push_back(TextOf(*field, usual));
  }
  Combine(fields, scenario, price, {}, all);
  std::vector<PolicySetting> settings;
  std::set<std::vector<std::string>> seen;
  for (const std::vector<std::string>& values : all) {
    if (!seen.insert(values).second) {
      continue;
    }
    PolicySetting setting;
    if (scenario.batcher.policy.kind() != policy.name) {
      setting.overrides.push_back(fmt::format("batcher.policy.kind={}", policy.name));
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string name = fields.size() > 1 ? std::string(fields[i]->name) + " " : "";
      setting.text += (i > 0 ? ", " : "") + name + values[i];
      setting.overrides.push_back(fmt::format("batcher.policy.{}={}", fields[i]->name, values[i]));
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace bench
