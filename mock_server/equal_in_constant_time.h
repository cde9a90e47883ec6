#pragma once

#include <cstddef>
#include <string_view>

namespace mock_server {

// Whether a secret is what somebody says it is. It takes the same time wherever the two differ: who
// guesses can't find the secret byte by byte, by how long the refusals take. What isn't hidden is
// how long the guess and the secret are, and that they are of one length.
[[nodiscard]] inline bool EqualInConstantTime(std::string_view guess, std::string_view secret) {
  if (guess.size() != secret.size()) {
    return false;
  }
  // Volatile, so that no compiler sees that the rest is in vain once a byte differs.
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const auto bits = static_cast<unsigned char>(guess[i] ^ secret[i]);
    difference = static_cast<unsigned char>(difference | bits);
  }
  return difference == 0;
}

}  // namespace mock_server
