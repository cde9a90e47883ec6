#include "batcher/recorder/key_secret.h"

#include <gmock/gmock.h>

#include <string>

namespace batcher {
namespace {

using testing::Ne;

// The key of the paper's examples: the bytes 0 to 15.
constexpr KeySecret kPaper = {0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string BytesTo(int end) {
  std::string bytes;
  for (int i = 0; i < end; ++i) {
    bytes += static_cast<char>(i);
  }
  return bytes;
}

TEST(KeySecretTest, HashesAsThePaperOfSipHashDoes) {
  EXPECT_EQ(SaltedHash(kPaper, BytesTo(15)), 0xa129ca6149be45e5U);  // its appendix A
  EXPECT_EQ(SaltedHash(kPaper, ""), 0x726fdb47dd0e0e31U);           // its reference vectors
  EXPECT_EQ(SaltedHash(kPaper, BytesTo(8)), 0x93f5f5799a932462U);
}

TEST(KeySecretTest, ANumberHashesAsItsEightBytes) {
  EXPECT_EQ(SaltedHash(kPaper, 0x0706050403020100U), SaltedHash(kPaper, BytesTo(8)));
}

TEST(KeySecretTest, EqualSaltsGiveEqualSecretsAndOthersOthers) {
  const std::string salt(16, 's');
  EXPECT_EQ(SecretOf(salt), SecretOf(salt));
  EXPECT_THAT(SecretOf(salt), Ne(SecretOf(salt + "s")));
  EXPECT_THAT(SaltedHash(SecretOf(salt), 7), Ne(SaltedHash(SecretOf(salt + "s"), 7)));
}

TEST(KeySecretTest, NoTwoDrawnSecretsAreEqual) {
  EXPECT_THAT(DrawSecret().value(), Ne(DrawSecret().value()));
}

}  // namespace
}  // namespace batcher
