#include "kaido/secret.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kaido {

void wipe(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret Secret::zeros(std::size_t size) {
  Secret secret;
  secret.bytes_.resize(size);
  return secret;
}

Secret Secret::absorb(std::string& text) {
  Secret secret{std::string_view(text)};
  wipe(text);
  return secret;
}

Secret& Secret::operator=(const Secret& other) {
  // By a copy: assignment into the old memory could free it as it is.
  if (this != &other) *this = Secret(other);
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_ = std::move(other.bytes_);
  other.bytes_.clear();
  return *this;
}

std::string_view Secret::reveal_text() const {
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

void Secret::truncate(std::size_t size) {
  if (size >= bytes_.size()) return;
  wipe(writable().subspan(size));
  bytes_.resize(size);
}

bool operator==(const Secret& a, const Secret& b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.bytes_.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (a.bytes_[i] ^ b.bytes_[i]));
  return difference == 0;
}

}  // namespace kaido
