#include "portal/configuration.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "portal/prefixes.hpp"

namespace kaido::portal {
namespace {

constexpr std::string_view kBetween = ", ";

std::string listed(std::span<const Prefix> prefixes) {
  std::string text;
  for (const auto& prefix : prefixes) {
    if (!text.empty()) text += kBetween;
    text += prefix.to_string();
  }
  return text;
}

std::string end_point(std::string_view host, std::int64_t port) {
  const auto address = IpAddress::parse(host);
  const bool brackets = address && !address->is_v4();
  auto text = brackets ? std::string("[").append(host).append("]") : std::string(host);
  return text + ':' + std::to_string(port);
}

std::string draw(const Answer& answer, std::string_view host, std::string_view note,
                 std::span<const Prefix> allowed) {
  std::string text = "[Interface]\n";
  if (!note.empty()) text.append("# ").append(note).append("\n");
  text += "Address = " + listed(parse_prefixes(answer.addresses)) + "\n\n[Peer]\nPublicKey = ";
  text.append(answer.hub_key).append("\nEndpoint = ").append(end_point(host, answer.port));
  text += "\nAllowedIPs = " + listed(allowed) + "\nPersistentKeepalive = 25\n";
  return text;
}

/// The larger, the finer.
int fineness(const Prefix& prefix) {
  return prefix.family() == Family::v4 ? prefix.length() * 2 : prefix.length();
}

/// Leaves the finest out until their list has at most `room` bytes.
void shorten(std::vector<Prefix>& prefixes, std::size_t room) {
  std::ranges::sort(prefixes, {},
                    [](const Prefix& each) { return std::pair(fineness(each), each); });
  std::size_t size = 0;
  std::size_t count = 0;
  for (; count < prefixes.size(); ++count) {
    size += prefixes[count].to_string().size() + (count == 0 ? 0 : kBetween.size());
    if (size > room) break;
  }
  prefixes.resize(count);
  std::ranges::sort(prefixes);
}

}  // namespace

Exported export_configuration(const Answer& answer, std::string_view host,
                              std::span<const IpAddress> portal, std::string_view note) {
  if (answer.hub_key.empty()) return {};
  auto allowed = without(parse_prefixes(answer.networks), portal);
  Exported exported{.file = draw(answer, host, note, allowed), .all = allowed.size()};
  const auto frame = draw(answer, host, {}, {}).size();
  if (frame >= kQrCode) return exported;
  shorten(allowed, kQrCode - frame);
  exported.left_out = exported.all - allowed.size();
  if (!allowed.empty() || exported.all == 0) exported.for_qr = draw(answer, host, {}, allowed);
  return exported;
}

}  // namespace kaido::portal
