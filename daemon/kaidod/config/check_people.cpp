// Cross-field checks of [people] and [[group]].
#include <algorithm>

#include "config/check.hpp"

namespace kaido::config {
namespace {

constexpr std::size_t kLongestIssuer = 64;  // bytes
constexpr unsigned kSlots = 255;
constexpr unsigned kHighestPort = 65535;

struct Lengths {
  unsigned shortest;
  unsigned longest;
};
constexpr Lengths kLengths4{8, 30};
constexpr Lengths kLengths6{48, 120};

/// Authenticator apps show it, and split "ISSUER:USER" at the colon.
void check_issuer(const session::Settings& people, const Node& node, Mistakes& mistakes) {
  const auto& issuer = people.issuer;
  const auto place = place_of(node, "issuer");
  if (issuer.size() > kLongestIssuer)
    mistakes.add(place,
                 fmt::format("issuer: expected {} bytes at most, this has {}", kLongestIssuer,
                             issuer.size()),
                 "the name of the company or of the gateway");
  else if (issuer.find(':') != std::string::npos)
    mistakes.add(place, fmt::format("issuer: {} has a ':'", in_quotes(issuer)),
                 "authenticator apps would take what follows for the user's name");
  else if (!issuer.empty() && (issuer.front() == ' ' || issuer.back() == ' '))
    mistakes.add(place, fmt::format("issuer: {} has a blank at an end", in_quotes(issuer)),
                 "write it without");
}

void check_files(const session::Settings& people, const Node& node, Mistakes& mistakes) {
  const auto* list = node.find("authorities");
  if (list != nullptr && list->as<Array>() != nullptr && list->as<Array>()->empty())
    mistakes.add(list->place, "authorities: expected at least one file");
  const auto* lists = node.find("revocations");
  const bool none =
      lists == nullptr || (lists->as<Array>() != nullptr && lists->as<Array>()->empty());
  if (people.revocation_required && none)
    mistakes.add(place_of(node, "revocation"),
                 R"(revocation: "required" needs "revocations": without a list nobody gets in)",
                 R"(the files of the authorities' revocation lists; or "relaxed")");
}

/// What is wrong with one pool; empty: nothing.
std::string pool_fault(const Prefix& pool, std::vector<Family>& seen) {
  const bool v4 = pool.family() == Family::v4;
  const char* family = v4 ? "IPv4" : "IPv6";
  const auto [shortest, longest] = v4 ? kLengths4 : kLengths6;
  if (pool.length() < shortest || pool.length() > longest)
    return fmt::format("expected an {} prefix from /{} to /{}, found {}", family, shortest, longest,
                       pool.to_string());
  if (const char* what = unusable(pool.address(), false))
    return fmt::format("{} is {}", pool.to_string(), what);
  if (std::ranges::find(seen, pool.family()) != seen.end())
    return fmt::format("expected one {} prefix at most", family);
  seen.push_back(pool.family());
  return {};
}

void check_pools(const Node& node, Mistakes& mistakes) {
  const auto* list = node.find("addresses");
  const auto* items = list == nullptr ? nullptr : list->as<Array>();
  if (items == nullptr) return;
  std::vector<Family> seen;
  for (const auto& item : *items) {
    const auto* text = item.as<std::string>();
    const auto pool = text == nullptr ? std::nullopt : Prefix::parse(*text);
    if (!pool) continue;
    if (const auto fault = pool_fault(*pool, seen); !fault.empty())
      mistakes.add(item.place, fmt::format("addresses: {}", fault),
                   "people's devices get their addresses out of it");
  }
}

void check_port(const session::Settings& people, unsigned base, const Node& node,
                Mistakes& mistakes) {
  const auto port = unsigned{people.wireguard_port.value_or(0)};
  if (port == 0 || base == 0 || port <= base || port > base + kSlots) return;
  mistakes.add(
      node.find("wireguard_port")->place,
      fmt::format("wireguard_port: {} is where slot {} of sites comes in: base_port {} + {}", port,
                  port - base, base, port - base),
      fmt::format("a port that is not from {} to {}", base + 1,
                  std::min(base + kSlots, kHighestPort)));
}

void check_ikev2(const session::Settings& people, const Draft& draft, Mistakes& mistakes) {
  if (!people.ikev2) return;
  const auto place = draft.people->find("ikev2")->place;
  if (draft.document->find("identity") == nullptr)
    mistakes.add(place, "ikev2 needs [identity]: clients know the hub by its certificate",
                 "[identity] with domain, certificate, key and authorities");
  if (people.addresses.empty())
    mistakes.add(place, "ikev2 needs addresses: a device speaks with its own and no other",
                 R"(addresses = ["10.90.0.0/20"])");
}

void check_groups(const session::Settings& people, const Draft& draft, Mistakes& mistakes) {
  check_unique(
      people.groups, draft.groups, "name", "group",
      [](const session::Group& g) { return std::string_view(g.name); }, std::string_view{},
      mistakes);
  for (const auto* node : draft.groups) {
    const auto* networks = node->find("networks");
    if (networks != nullptr && networks->as<Array>() != nullptr && networks->as<Array>()->empty())
      mistakes.add(networks->place, "networks: a group needs at least one",
                   "the name of a [[network]] that its members reach");
  }
}

}  // namespace

void check_people(const Draft& draft, Mistakes& mistakes) {
  if (draft.document->find("people") == nullptr && !draft.groups.empty())
    mistakes.add(draft.groups.front()->place, "[[group]] needs [people]: without it nobody logs in",
                 "[people] with authorities; or leave [[group]] out");
  if (draft.people == nullptr || !draft.model.people) return;
  const auto& people = *draft.model.people;
  check_issuer(people, *draft.people, mistakes);
  check_files(people, *draft.people, mistakes);
  check_pools(*draft.people, mistakes);
  check_port(people, draft.model.wireguard_base_port, *draft.people, mistakes);
  check_ikev2(people, draft, mistakes);
  check_groups(people, draft, mistakes);
}

}  // namespace kaido::config
