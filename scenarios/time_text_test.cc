#include "scenarios/time_text.h"

#include <gtest/gtest.h>

namespace scenarios {
namespace {

std::optional<std::int64_t> Read(TimeUnit unit, std::string_view text, bool comma = false) {
  return TimeReader(unit, comma).Read(text);
}

TEST(TimeTextTest, ReadsDecimalsExactly) {
  EXPECT_EQ(Read(TimeUnit::kSeconds, "1717000000.123456789"), 1'717'000'000'123'456'789);
  EXPECT_EQ(Read(TimeUnit::kSeconds, "1717000000.12345678999999999999"), 1'717'000'000'123'456'789);
  EXPECT_EQ(Read(TimeUnit::kMilliseconds, "12.5"), 12'500'000);
  EXPECT_EQ(Read(TimeUnit::kMicroseconds, "-1.5"), -1500);
  EXPECT_EQ(Read(TimeUnit::kNanoseconds, " 9223372036854775807 "), INT64_MAX);
  EXPECT_EQ(Read(TimeUnit::kSeconds, "1.717e9"), 1'717'000'000'000'000'000);
  EXPECT_EQ(Read(TimeUnit::kNanoseconds, "1717000000000000000.9E0"), 1'717'000'000'000'000'000);
  EXPECT_EQ(Read(TimeUnit::kSeconds, "0e999"), 0);
  EXPECT_EQ(Read(TimeUnit::kSeconds, "1e-999"), 0);
  EXPECT_EQ(Read(TimeUnit::kSeconds, "1,5", true), 1'500'000'000);
}

TEST(TimeTextTest, RefusesWhatIsNoNumberOrTooLarge) {
  for (const std::string_view text :
       {"", "-", ".", "1.2.3", "1 2", "0x10", "nan", "inf", "1e", "1e+", "+1", "1,5", "12ms",
        "9223372036854775808", "99999999999999999999999", "1e19", "1e999", "1e9999"}) {
    EXPECT_FALSE(Read(TimeUnit::kNanoseconds, text)) << text;
  }
  EXPECT_FALSE(Read(TimeUnit::kSeconds, "9223372037"));
}

TEST(TimeTextTest, ReadsIso8601) {
  constexpr std::int64_t kNoon = 1'717'156'800'000'000'000;  // 2024-05-31T12:00:00Z
  for (const std::string_view text :
       {"2024-05-31T12:00:00Z", "2024-05-31t12:00:00z", "2024-05-31 12:00:00",
        "2024-05-31 12:00:00 UTC", "2024-05-31T14:00:00+02:00", "2024-05-31T14:00:00 +0200",
        "2024-05-31T09:30:00-02:30", "2024-06-01T01:00:00+13", "2024-05-31T12:00:00.000Z",
        "2024-05-31T12:00:00,0000000009"}) {
    EXPECT_EQ(Read(TimeUnit::kIso, text), kNoon) << text;
  }
  EXPECT_EQ(Read(TimeUnit::kIso, "2024-05-31T12:00:00.1234567891234567891234Z"),
            kNoon + 123'456'789);
  EXPECT_EQ(Read(TimeUnit::kIso, "1969-12-31T23:59:59.5Z"), -500'000'000);
  EXPECT_EQ(Read(TimeUnit::kIso, "2024-02-29T00:00:00Z"), 1'709'164'800'000'000'000);
}

TEST(TimeTextTest, RefusesWhatIsNoIsoTime) {
  for (const std::string_view text :
       {"", "2024-05-31", "2024-05-31T12:00", "2024-13-31T12:00:00Z", "2023-02-29T12:00:00Z",
        "2024-05-31T24:00:00Z", "2024-05-31T12:60:00Z", "2024-05-31T12:00:61Z",
        "31/05/2024 12:00:00", "2024-05-31T12:00:00+2",
        "2024-05-31T12:00:00+02:", "2024-05-31T12:00:00+02:00x", "2024-05-31T12:00:00 CET",
        "1677-05-31T12:00:00Z", "2262-05-31T12:00:00Z", "noon"}) {
    EXPECT_FALSE(Read(TimeUnit::kIso, text)) << text;
  }
}

TEST(TimeTextTest, ATimeWithoutAZoneDoesNotMixWithOthers) {
  TimeReader reader(TimeUnit::kIso);
  EXPECT_TRUE(reader.Read("2024-05-31T12:00:00Z"));
  EXPECT_FALSE(reader.Read("2024-05-31T12:00:00"));
  EXPECT_TRUE(reader.Read("2024-05-31T12:00:00+02"));
}

TEST(TimeTextTest, TheLookTellsTheUnitOfDatesOfOurAge) {
  EXPECT_EQ(UnitOfLook("1717000000"), TimeUnit::kSeconds);
  EXPECT_EQ(UnitOfLook("1717000000.123"), TimeUnit::kSeconds);
  EXPECT_EQ(UnitOfLook("1717000000,123", true), TimeUnit::kSeconds);
  EXPECT_EQ(UnitOfLook("1717000000123"), TimeUnit::kMilliseconds);
  EXPECT_EQ(UnitOfLook("1717000000123456"), TimeUnit::kMicroseconds);
  EXPECT_EQ(UnitOfLook("1717000000123456789"), TimeUnit::kNanoseconds);
  EXPECT_EQ(UnitOfLook("2024-05-31 12:00:00"), TimeUnit::kIso);
  for (const std::string_view text : {"0", "12.5", "99999999", "10000000000", "-1717000000", "x"}) {
    EXPECT_FALSE(UnitOfLook(text)) << text;
  }
}

TEST(TimeTextTest, TheEndOfANameTellsTheUnit) {
  EXPECT_EQ(UnitOfColumn("arrival_ns"), TimeUnit::kNanoseconds);
  EXPECT_EQ(UnitOfColumn("t_s"), TimeUnit::kSeconds);
  for (const std::string_view name : {"ns", "_ns", "arrival", "arrival_iso", "arrival_", ""}) {
    EXPECT_FALSE(UnitOfColumn(name)) << name;
  }
}

}  // namespace
}  // namespace scenarios
