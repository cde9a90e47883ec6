#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher {

// 128 secret bits that stand between keys and what is written of them.
using KeySecret = std::array<std::uint64_t, 2>;

// Drawn by the operating system, for this once.
[[nodiscard]] Result<KeySecret> DrawSecret();

// The same for the same salt, in every program.
[[nodiscard]] KeySecret SecretOf(std::string_view salt);

// SipHash-2-4: who does not have the secret can neither tell which bytes were hashed, nor whether
// those that he thinks of were.
// Source: Aumasson, Bernstein, SipHash: a fast short-input PRF (INDOCRYPT 2012).
[[nodiscard]] std::uint64_t SaltedHash(const KeySecret& secret, std::string_view bytes);
[[nodiscard]] std::uint64_t SaltedHash(const KeySecret& secret, std::uint64_t number);

}  // namespace batcher
