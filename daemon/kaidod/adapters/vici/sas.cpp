#include "adapters/vici/sas.hpp"

#include <charconv>
#include <initializer_list>

namespace kaido::vici {
namespace {

std::uint32_t number32(std::string_view text, int base = 10) {
  return static_cast<std::uint32_t>(number(text, base));
}

std::string endpoint(const Section& sa, const std::string& side) {
  const auto host = sa.get(side + "-host");
  if (host.empty()) return {};
  return std::string(host) + "[" + std::string(sa.get(side + "-port")) + "]";
}

/// "AES_GCM_16-256/PRF_HMAC_SHA2_256/CURVE_25519"
std::string proposal(const Section& sa) {
  std::string text;
  const auto append = [&](std::string_view algorithm, std::string_view bits) {
    if (algorithm.empty()) return;
    if (!text.empty()) text += '/';
    text += algorithm;
    if (!bits.empty()) text.append("-").append(bits);
  };
  append(sa.get("encr-alg"), sa.get("encr-keysize"));
  append(sa.get("integ-alg"), sa.get("integ-keysize"));
  append(sa.get("prf-alg"), {});
  append(sa.get("dh-group"), {});
  return text;
}

}  // namespace

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto* begin = text.data();
  const auto* end = begin + text.size();
  const auto [stop, code] = std::from_chars(begin, end, value, base);
  return code == std::errc() && stop == end ? value : 0;
}

ChildSa read_child_sa(const Section& section) {
  ChildSa child;
  child.name = section.get("name");
  child.unique_id = number32(section.get("uniqueid"));
  child.state = section.get("state");
  child.if_id_in = number32(section.get("if-id-in"), 16);
  child.udp_encapsulated = section.get("encap") == "yes";
  child.proposal = proposal(section);
  child.bytes_in = number(section.get("bytes-in"));
  child.bytes_out = number(section.get("bytes-out"));
  return child;
}

IkeSa read_ike_sa(std::string_view connection, const Section& section) {
  IkeSa sa;
  sa.connection = connection;
  sa.unique_id = number32(section.get("uniqueid"));
  sa.state = section.get("state");
  sa.initiator = section.get("initiator") == "yes";
  sa.local = endpoint(section, "local");
  sa.remote = endpoint(section, "remote");
  sa.proposal = proposal(section);
  sa.established_seconds = static_cast<std::int64_t>(number(section.get("established")));
  if (const auto* children = section.section("child-sas"))
    for (const auto& [name, child] : children->sections())
      sa.children.push_back(read_child_sa(*child));
  return sa;
}

}  // namespace kaido::vici
