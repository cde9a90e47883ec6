#include "mock_server/geocoder.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace mock_server {
namespace {

void ExpectPlace(std::string_view address, double lat, double lon) {
  const auto place = Locate(address);
  ASSERT_TRUE(place) << address;
  EXPECT_EQ(place->lat, lat) << address;
  EXPECT_EQ(place->lon, lon) << address;
}

TEST(GeocoderTest, TheTenKnownAddressesAreAtTheirPlaces) {
  ExpectPlace("1600 Pennsylvania Avenue, Washington DC, USA", 38.8977, -77.0365);
  ExpectPlace("11 Wall Street New York, NY", 40.7069, -74.0113);
  ExpectPlace("350 Fifth Avenue New York, NY 10118", 40.7484, -73.9857);
  ExpectPlace("221B Baker St, London, England", 51.5238, -0.1586);
  ExpectPlace("Tour Eiffel Champ de Mars, Paris", 48.8584, 2.2945);
  ExpectPlace("4059 Mt Lee Dr.Hollywood, CA 90068", 34.1341, -118.3217);
  ExpectPlace("Buckingham Palace, London, England", 51.5014, -0.1419);
  ExpectPlace("Statue of Liberty, Liberty Island New York, NY 10004", 40.6892, -74.0445);
  ExpectPlace("Manger Square, Bethlehem, West Bank", 31.7043, 35.2076);
  ExpectPlace("2 Macquarie Street, Sydney", -33.8587, 151.2140);
  ExpectPlace("  2 MACQUARIE street, sydney\n", -33.8587, 151.2140);
}

TEST(GeocoderTest, NowhereAndBlankTextsAreNotFound) {
  EXPECT_FALSE(Locate(""));
  EXPECT_FALSE(Locate(" \t\n"));
  EXPECT_FALSE(Locate("nowhere"));
  EXPECT_FALSE(Locate("12 NoWhere Lane"));
  EXPECT_TRUE(Locate("12 Nowher Lane"));
}

TEST(GeocoderTest, AnyOtherTextHasAStablePlaceOfItsOwn) {
  EXPECT_EQ(Locate("cell A1")->lat, Locate("cell A1")->lat);
  std::set<std::pair<double, double>> places;
  for (int i = 0; i < 1000; ++i) {
    const std::string address = "cell " + std::to_string(i);
    const auto place = Locate(address);
    ASSERT_TRUE(place);
    EXPECT_GE(place->lat, -90);
    EXPECT_LE(place->lat, 90);
    EXPECT_GE(place->lon, -180);
    EXPECT_LE(place->lon, 180);
    EXPECT_EQ(place->formatted, address);
    places.emplace(place->lat, place->lon);
  }
  EXPECT_EQ(places.size(), 1000U);
}

TEST(GeocoderTest, AnyBytesWillDo) {
  EXPECT_TRUE(Locate(std::string("\xFF\xFE\x00 x", 5)));
  EXPECT_TRUE(Locate(std::string(1'000'000, 'n')));
}

}  // namespace
}  // namespace mock_server
