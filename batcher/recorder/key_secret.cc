#include "batcher/recorder/key_secret.h"

#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "batcher/recorder/row_file.h"

namespace batcher {
namespace {

constexpr std::size_t kWord = 8;  // bytes

constexpr std::uint64_t Rotate(std::uint64_t x, unsigned by) {
  return (x << by) | (x >> (64U - by));
}

class SipState {
 public:
  explicit SipState(const KeySecret& secret)
      : a_(secret[0] ^ 0x736f6d6570736575U),
        b_(secret[1] ^ 0x646f72616e646f6dU),
        c_(secret[0] ^ 0x6c7967656e657261U),
        d_(secret[1] ^ 0x7465646279746573U) {}

  void Add(std::uint64_t word) {
    d_ ^= word;
    Mix(2);
    a_ ^= word;
  }
  std::uint64_t Finish() {
    c_ ^= 0xffU;
    Mix(4);
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void Mix(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      a_ += b_;
      b_ = Rotate(b_, 13) ^ a_;
      a_ = Rotate(a_, 32);
      c_ += d_;
      d_ = Rotate(d_, 16) ^ c_;
      a_ += d_;
      d_ = Rotate(d_, 21) ^ a_;
      c_ += b_;
      b_ = Rotate(b_, 17) ^ c_;
      c_ = Rotate(c_, 32);
    }
  }

  std::uint64_t a_, b_, c_, d_;
};

// Little-endian, whatever the machine; at most eight bytes.
std::uint64_t WordOf(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

Result<KeySecret> DrawSecret() {
  KeySecret secret{};
  // So few bytes come at once or not at all.
  if (::getrandom(secret.data(), sizeof secret, 0) != static_cast<ssize_t>(sizeof secret)) {
    return CannotDo("draw a secret for the keys", errno);
  }
  return secret;
}

KeySecret SecretOf(std::string_view salt) {
  // Two hashes of the whole salt; nobody sees them.
  return {SaltedHash({0, 1}, salt), SaltedHash({0, 2}, salt)};
}

std::uint64_t SaltedHash(const KeySecret& secret, std::string_view bytes) {
  SipState state(secret);
  std::string_view left = bytes;
  for (; left.size() >= kWord; left.remove_prefix(kWord)) {
    state.Add(WordOf(left.substr(0, kWord)));
  }
  state.Add((std::uint64_t{bytes.size()} << 56U) | WordOf(left));
  return state.Finish();
}

std::uint64_t SaltedHash(const KeySecret& secret, std::uint64_t number) {
  SipState state(secret);
  state.Add(number);
  state.Add(std::uint64_t{kWord} << 56U);
  return state.Finish();
}

}  // namespace batcher
