// Do two prefixes lay claim to the same addresses?
#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <tuple>

#include "config/draft.hpp"

namespace kaido::config {
namespace {

enum class Kind : std::uint8_t {
  fleet,
  own_loopback,
  hub_loopback,
  network,
  site,
  site_loopback,
  people,
};

struct Claim {
  Prefix prefix;
  Place place;
  Kind kind;
  std::size_t owner;
  const std::string* name;
};

bool is_pair(const Claim& a, const Claim& b, Kind x, Kind y) {
  return (a.kind == x && b.kind == y) || (a.kind == y && b.kind == x);
}

bool of_site(Kind kind) { return kind == Kind::site || kind == Kind::site_loopback; }

/// May the two, which overlap, both stand?
bool compatible(const Claim& a, const Claim& b, bool is_hub) {
  // A default route overlaps everything and yields to everything.
  const bool one_default = (a.prefix.length() == 0) != (b.prefix.length() == 0);
  if (one_default && (a.kind == Kind::network || b.kind == Kind::network)) return true;
  if (of_site(a.kind) && of_site(b.kind))
    return a.owner == b.owner && is_pair(a, b, Kind::site, Kind::site_loopback);
  // A hub's own addresses lie within what it offers.
  if (is_pair(a, b, Kind::network, Kind::hub_loopback)) return true;
  if (is_pair(a, b, Kind::network, Kind::own_loopback)) return is_hub;
  if (a.kind == Kind::hub_loopback && b.kind == Kind::hub_loopback) return a.owner == b.owner;
  if (a.kind == Kind::own_loopback && b.kind == Kind::own_loopback) return true;
  if (a.kind == Kind::fleet || b.kind == Kind::fleet) {
    const auto other = a.kind == Kind::fleet ? b.kind : a.kind;
    return other != Kind::network && other != Kind::site && other != Kind::people;
  }
  return false;
}

std::string describe(const Claim& claim) {
  auto prefix = claim.prefix.to_string();
  switch (claim.kind) {
    case Kind::fleet:
      return fmt::format("the fleet's {}", prefix);
    case Kind::own_loopback:
      return fmt::format("this gateway's loopback {}", prefix);
    case Kind::hub_loopback:
      return fmt::format("{}, loopback of hub {}", prefix, *claim.name);
    case Kind::network:
      return fmt::format("{} of network {}", prefix, *claim.name);
    case Kind::site:
      return fmt::format("{} of site {}", prefix, *claim.name);
    case Kind::site_loopback:
      return fmt::format("{}, loopback of site {}", prefix, *claim.name);
    case Kind::people:
      return fmt::format("{} of [people]", prefix);
  }
  return prefix;
}

class Claims {
 public:
  explicit Claims(const Draft& draft) : draft_(draft) {
    const auto& model = draft.model;
    if (const auto* gateway = draft.document->find("gateway")) {
      add(*gateway, "loopback", Kind::own_loopback, 0, model.gateway.name);
      if (const auto* fleet = gateway->find("fleet");
          fleet != nullptr && model.gateway.fleet.length() == 48)
        claims_.push_back({model.gateway.fleet, fleet->place, Kind::fleet, 0, &model.gateway.name});
    }
    for (std::size_t i = 0; i < model.hubs.size(); ++i)
      add(*draft.hubs[i], "loopback", Kind::hub_loopback, i, model.hubs[i].name);
    for (std::size_t i = 0; i < model.networks.size(); ++i)
      add(*draft.networks[i], "prefixes", Kind::network, i, model.networks[i].name);
    for (std::size_t i = 0; i < model.sites.size(); ++i) {
      add(*draft.sites[i], "prefixes", Kind::site, i, model.sites[i].name);
      add(*draft.sites[i], "loopback", Kind::site_loopback, i, model.sites[i].name);
    }
    if (draft.people != nullptr)
      add(*draft.people, "addresses", Kind::people, 0, model.gateway.name);
  }

  /// Sorted, a prefix follows all that contain it, so the open ones form a stack. One conflict is
  /// told per prefix: that keeps a thousand copies of one prefix linear, and readable.
  void report(Mistakes& mistakes) {
    std::ranges::sort(claims_, {}, [](const Claim& c) {
      return std::tuple(c.prefix.family(), c.prefix.address(), c.prefix.length(), c.place);
    });
    std::vector<const Claim*> open;
    for (const auto& claim : claims_) {
      while (!open.empty() && !open.back()->prefix.contains(claim.prefix)) open.pop_back();
      for (const auto* outer : std::views::reverse(open))
        if (!compatible(*outer, claim, draft_.model.is_hub())) {
          conflict(*outer, claim, mistakes);
          break;
        }
      open.push_back(&claim);
    }
  }

 private:
  void add(const Node& table, std::string_view key, Kind kind, std::size_t owner,
           const std::string& name) {
    const auto* list = table.find(key);
    const auto* items = list == nullptr ? nullptr : list->as<Array>();
    if (items == nullptr) return;
    for (const auto& item : *items) {
      const auto* text = item.as<std::string>();
      if (text == nullptr) continue;
      if (const auto prefix = Prefix::parse(*text))
        claims_.push_back({*prefix, item.place, kind, owner, &name});
    }
  }

  static void conflict(const Claim& a, const Claim& b, Mistakes& mistakes) {
    const auto& later = a.place < b.place ? b : a;
    const auto& earlier = a.place < b.place ? a : b;
    mistakes.add(later.place,
                 fmt::format("{} overlaps {}{}", describe(later), describe(earlier),
                             Mistakes::at(earlier.place)),
                 later.prefix == earlier.prefix ? "an address can belong to one of them only" : "");
  }

  const Draft& draft_;
  std::vector<Claim> claims_;
};

}  // namespace

void check_overlaps(const Draft& draft, Mistakes& mistakes) { Claims(draft).report(mistakes); }

}  // namespace kaido::config
