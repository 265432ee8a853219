// One test's network state: the fake, or (KAIDO_CONTRACT=real) the kernel's in a namespace of its
// own.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/fake/network_stack.hpp"
#include "adapters/netlink/rt_netlink.hpp"

namespace kaido::contract {

inline bool is_real() {
  const char* value = std::getenv("KAIDO_CONTRACT");
  return value != nullptr && std::string_view(value) == "real";
}

/// The program has one thread: entering a new namespace leaves the last test's behind.
class NetworkStackContract : public ::testing::Test {
 protected:
  NetworkStackContract() {
    if (!is_real()) {
      stack_ = std::make_unique<fake::NetworkStack>();
      return;
    }
    if (unshare(CLONE_NEWNET) != 0) {
      ADD_FAILURE() << "no network namespace: are we root?";
      std::abort();
    }
    stack_ = std::make_unique<netlink::RtNetlink>();
  }

  NetworkStack& stack() { return *stack_; }

  KernelState read(ReadScope scope = {}) {
    auto state = stack_->read(scope);
    if (state) return std::move(*state);
    ADD_FAILURE() << state.error().to_string();
    return {};
  }

  /// Applies, and expects that nothing fails.
  void apply(const std::vector<KernelChange>& changes) {
    for (const auto& failure : stack_->apply(changes))
      ADD_FAILURE() << failure.index << ": " << failure.error.to_string();
  }

  /// Somebody else does.
  void others_apply(const std::vector<KernelChange>& changes) {
    if (auto* fake = dynamic_cast<fake::NetworkStack*>(stack_.get())) {
      for (const auto& change : changes) fake->change(change);
      return;
    }
    for (const auto& failure : netlink::RtNetlink().apply(changes))
      ADD_FAILURE() << failure.index << ": " << failure.error.to_string();
  }

  Link link(const std::string& name) {
    for (auto& candidate : read().links)
      if (candidate.name == name) return candidate;
    ADD_FAILURE() << "no link " << name;
    return {};
  }

  bool has_link(const std::string& name) {
    const auto links = read().links;
    return std::ranges::find(links, name, &Link::name) != links.end();
  }

 private:
  std::unique_ptr<NetworkStack> stack_;
};

inline Link make_link(std::string name, LinkKind kind, std::string master = {}) {
  Link link;
  link.name = std::move(name);
  link.kind = std::move(kind);
  link.alias = kLinkAlias;
  link.master = std::move(master);
  link.mtu = 1400;
  link.up = true;
  return link;
}

inline InterfaceAddress make_address(std::string device, const char* text, int length) {
  return {std::move(device), IpAddress::parse(text).value(), static_cast<std::uint8_t>(length)};
}

inline Route make_route(const char* destination, std::string device, std::uint32_t table = 254,
                        std::uint32_t metric = 50) {
  Route route;
  route.destination = Prefix::parse(destination).value();
  route.device = std::move(device);
  route.table = table;
  route.metric = metric;
  return route;
}

inline Route make_unreachable(const char* destination, std::uint32_t table, std::uint32_t metric) {
  auto route = make_route(destination, "", table, metric);
  route.type = RouteType::unreachable;
  return route;
}

inline Route by_nexthop(const char* destination, std::uint32_t nexthop, std::uint32_t table = 254) {
  auto route = make_route(destination, "", table);
  route.nexthop = nexthop;
  return route;
}

template <typename T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace kaido::contract
