#include "adapters/nftables/elements.hpp"

#include <linux/if.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace kaido::nftables {
namespace {

std::string first_of(const Prefix& prefix) {
  const auto& address = prefix.address();
  return {reinterpret_cast<const char*>(address.bytes().data()), address.size()};
}

/// The host bits are ones.
std::string last_of(const Prefix& prefix) {
  auto bytes = first_of(prefix);
  for (std::size_t bit = prefix.length(); bit < bytes.size() * 8; ++bit)
    bytes[bit / 8] =
        static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) | 0x80U >> bit % 8);
  return bytes;
}

/// nullopt: there is none after this.
std::optional<std::string> after(std::string address) {
  for (auto byte = address.rbegin(); byte != address.rend(); ++byte) {
    *byte = static_cast<char>(static_cast<unsigned char>(*byte) + 1U);
    if (*byte != 0) return address;
  }
  return std::nullopt;
}

bool matches_nothing(const KernelElement& element) {
  return element.end && std::ranges::all_of(element.key, [](char byte) { return byte == 0; });
}

}  // namespace

std::vector<KernelElement> to_kernel(const std::vector<FirewallElement>& elements) {
  std::vector<KernelElement> result;
  result.reserve(2 * elements.size());
  for (const auto& [device, prefix] : elements) {
    if (!device.empty()) {
      auto name = device;
      name.resize(IFNAMSIZ);
      result.push_back({.key = name + first_of(prefix), .last = name + last_of(prefix)});
      continue;
    }
    auto end = after(last_of(prefix));
    result.push_back({.key = first_of(prefix), .last = {}, .end = false, .open = !end});
    if (end) result.push_back({.key = std::move(*end), .last = {}, .end = true});
  }
  return result;
}

bool same_elements(const std::vector<FirewallElement>& wanted,
                   std::vector<KernelElement> observed) {
  auto expected = to_kernel(wanted);
  for (auto& element : expected) element.open = false;
  for (auto& element : observed) element.open = false;
  std::erase_if(observed, matches_nothing);
  std::ranges::sort(expected);
  std::ranges::sort(observed);
  return expected == observed;
}

}  // namespace kaido::nftables
