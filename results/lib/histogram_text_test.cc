#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "batcher/base/random.h"
#include "results/lib/histogram.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using testing::HasSubstr;

// Over nine decades, so that every width of bucket is met.
Histogram Sample(std::uint64_t seed, int count) {
  batcher::RandomStream random(seed);
  Histogram histogram;
  for (int i = 0; i < count; ++i) {
    histogram.Add(Duration(std::llround(std::exp(random.Uniform() * std::log(1e9)))));
  }
  return histogram;
}

void ExpectRoundTrip(const Histogram& histogram) {
  const batcher::Result<Histogram> decoded = Histogram::Decode(histogram.Encode());
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_TRUE(*decoded == histogram);
  EXPECT_EQ(decoded->Encode(), histogram.Encode());
}

std::string WhyRefused(std::string_view text) {
  const batcher::Result<Histogram> decoded = Histogram::Decode(text);
  return decoded ? "accepted" : decoded.error().message;
}

TEST(HistogramTextTest, NamesItsBucketsByTheirDistances) {
  Histogram histogram;
  EXPECT_EQ(histogram.Encode(), "h10 0 0 0 0");
  histogram.Add(7ns);
  histogram.Add(7ns);
  histogram.Add(9ns);
  EXPECT_EQ(histogram.Encode(), "h10 3 0 23 9 7:2 2");
}

TEST(HistogramTextTest, ComesBackEqual) {
  ExpectRoundTrip(Histogram());
  ExpectRoundTrip(Sample(1, 1));
  ExpectRoundTrip(Sample(2, 20'000));
  Histogram zero;
  zero.Add(0ns);
  ExpectRoundTrip(zero);
}

TEST(HistogramTextTest, ComesBackEqualWithASumOf65Bits) {
  Histogram histogram;
  for (int i = 0; i < 8; ++i) {
    histogram.Add(Duration::max());
  }
  ExpectRoundTrip(histogram);
}

TEST(HistogramTextTest, MergesAndAnswersAsBefore) {
  Histogram whole = Sample(1, 3000);
  whole.Merge(Sample(2, 2000));
  Histogram parts = *Histogram::Decode(Sample(1, 3000).Encode());
  parts.Merge(*Histogram::Decode(Sample(2, 2000).Encode()));
  EXPECT_TRUE(parts == whole);
  EXPECT_EQ(parts.count(), 5000U);
  EXPECT_EQ(parts.Mean(), whole.Mean());
  EXPECT_EQ(parts.max(), whole.max());
  EXPECT_EQ(parts.Quantile(0.99), whole.Quantile(0.99));
}

TEST(HistogramTextTest, RefusesAnotherForm) {
  EXPECT_THAT(WhyRefused(""), HasSubstr("does not begin with \"h10\""));
  EXPECT_THAT(WhyRefused("h11 0 0 0 0"), HasSubstr("does not begin"));
  for (const std::string text : {"h100 0 0 0", "h10 0 0 0", "h10 0 0 -1 0", "h10  0 0 0 0",
                                 "h10 0 0 18446744073709551616 0"}) {
    EXPECT_THAT(WhyRefused(text), HasSubstr("four numbers")) << text;
  }
  for (const std::string tail : {" ", "x", " 7:", " 7:x", " 7:2 2 ", " 7,2", " 7:2:2", "\n"}) {
    EXPECT_THAT(WhyRefused("h10 3 0 23 9" + tail), HasSubstr("of the form")) << tail;
  }
}

TEST(HistogramTextTest, RefusesBucketsOutOfRange) {
  EXPECT_EQ(WhyRefused("h10 3 0 23 9 7:2 2"), "accepted");
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 7:2 0"), HasSubstr("out of order"));
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 7:2 3"), HasSubstr("above its max"));
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 18446744073709551615"), HasSubstr("above its max"));
  EXPECT_THAT(WhyRefused("h10 0 0 0 9223372036854775808"), HasSubstr("292 years"));
}

TEST(HistogramTextTest, RefusesANumberOfValuesThatIsNotTheirs) {
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 7:0 2"), HasSubstr("no values"));
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 7:3 2"), HasSubstr("more values"));
  EXPECT_THAT(WhyRefused("h10 3 0 23 9 7:18446744073709551615 2"), HasSubstr("more values"));
  EXPECT_THAT(WhyRefused("h10 4 0 23 9 7:2 2"), HasSubstr("fewer values"));
}

TEST(HistogramTextTest, RefusesPartsThatContradictEachOther) {
  EXPECT_THAT(WhyRefused("h10 3 0 22 9 7:2 2"), HasSubstr("cannot have"));
  EXPECT_THAT(WhyRefused("h10 3 0 24 9 7:2 2"), HasSubstr("cannot have"));
  EXPECT_THAT(WhyRefused("h10 3 1 23 9 7:2 2"), HasSubstr("cannot have"));
  EXPECT_THAT(WhyRefused("h10 3 0 23 10 7:2 2"), HasSubstr("cannot have"));
  EXPECT_THAT(WhyRefused("h10 0 0 1 0"), HasSubstr("cannot have"));
}

// A file that was cut off in the middle of a line must not pass for a smaller histogram.
TEST(HistogramTextTest, RefusesEveryBeginningOfAText) {
  const std::string text = Sample(3, 200).Encode();
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_NE(WhyRefused(text.substr(0, length)), "accepted") << length;
  }
}

}  // namespace
}  // namespace results
