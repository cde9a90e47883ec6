#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "batcher/base/time.h"

namespace batcher {

// Randomness that can be replayed. The generator and the distributions are our own because those of
// the standard library differ between implementations; each purpose has a stream of its own, so
// that a draw for one thing never shifts another.

// One step of SplitMix64: a fast, well mixed 64-bit hash of a counter.
// Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators (OOPSLA 2014).
constexpr std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

// FNV-1a, 64 bits: the same for equal bytes on every machine.
constexpr std::uint64_t HashBytes(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

// xoshiro256++. Source: Blackman, Vigna, Scrambled linear pseudorandom number generators (2021).
// A value: a copy continues with the same numbers. Not thread-safe.
class RandomStream {
 public:
  // The stream of one purpose ("arrivals") within a run.
  RandomStream(std::uint64_t run_seed, std::string_view purpose)
      : RandomStream(Mix(run_seed) ^ HashBytes(purpose)) {}
  explicit RandomStream(std::uint64_t seed);

  // Uniform over all 64-bit numbers.
  std::uint64_t Bits() {
    const std::uint64_t result = Rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // Uniform in (0, 1): never 0 nor 1, so that logarithms and powers of it are finite.
  double Uniform() { return (static_cast<double>(Bits() >> 12U) + 0.5) * 0x1p-52; }

  // Uniform in 0 .. bound - 1. REQUIRES: bound > 0.
  std::uint64_t Below(std::uint64_t bound);

  // Exponential with mean 1.
  double Exponential();
  Duration Exponential(Duration mean);

  // Standard normal, by Box and Muller's transform (two uniforms, one number: no hidden state).
  double Normal();

 private:
  static constexpr std::uint64_t Rotate(std::uint64_t x, unsigned k) {
    return (x << k) | (x >> (64U - k));
  }

  std::array<std::uint64_t, 4> state_{};
};

// The stream of one draw that belongs to a thing and not to a moment: the same (purpose, ordinal,
// attempt) gives the same numbers whatever else was drawn before. Common random numbers rest on it.
inline RandomStream KeyedStream(std::uint64_t run_seed, std::string_view purpose,
                                std::uint64_t ordinal, std::uint64_t attempt) {
  return RandomStream(Mix(Mix(Mix(run_seed) ^ HashBytes(purpose)) ^ Mix(ordinal)) ^ Mix(~attempt));
}

}  // namespace batcher
