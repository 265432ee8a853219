#include "adapters/fake/network_stack.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace kaido::fake {
namespace {

constexpr std::uint8_t kKernelProtocol = 2;  // RTPROT_KERNEL

// As NetworkStack::drain_notifications has it.
bool is_relevant(const KernelChange& change, const std::vector<std::string>& uplinks) {
  const auto is_ours = [&](const Route& route) {
    return route.protocol == kRouteProtocol || route.destination.length() == 0 ||
           std::ranges::find(uplinks, route.device) != uplinks.end();
  };
  if (const auto* added = std::get_if<ReplaceRoute>(&change)) return is_ours(added->route);
  if (const auto* removed = std::get_if<DeleteRoute>(&change)) return is_ours(removed->route);
  if (const auto* nexthop = std::get_if<ReplaceNexthop>(&change))
    return nexthop->nexthop.protocol == kRouteProtocol;
  return !std::holds_alternative<SetSysctl>(change);
}

/// Also to who has written it: other things follow from it.
bool is_news(const KernelChange& change) {
  return !std::holds_alternative<ReplaceRoute>(change) &&
         !std::holds_alternative<DeleteRoute>(change) &&
         !std::holds_alternative<ReplaceNexthop>(change) &&
         !std::holds_alternative<DeleteNexthop>(change) &&
         !std::holds_alternative<AddRule>(change) && !std::holds_alternative<DeleteRule>(change);
}

}  // namespace

struct NetworkStack::Visitor {
  NetworkStack& stack;
  Result<void> operator()(const CreateLink& c) const { return stack.create(c.link); }
  Result<void> operator()(const UpdateLink& c) const { return stack.update(c.link); }
  Result<void> operator()(const DeleteLink& c) const {
    stack.remove_link(c.name);
    return {};
  }
  Result<void> operator()(const AddAddress& c) const { return stack.add_address(c.address); }
  Result<void> operator()(const DeleteAddress& c) const {
    std::erase_if(stack.state_.addresses, [&](const InterfaceAddress& a) {
      return a.device == c.address.device && a.address == c.address.address &&
             a.prefix_length == c.address.prefix_length;
    });
    return {};
  }
  Result<void> operator()(const AddRule& c) const { return stack.add_rule(c.rule); }
  Result<void> operator()(const DeleteRule& c) const {
    std::erase(stack.state_.rules, c.rule);
    return {};
  }
  Result<void> operator()(const ReplaceNexthop& c) const {
    return stack.replace_nexthop(c.nexthop);
  }
  Result<void> operator()(const DeleteNexthop& c) const {
    stack.remove_nexthop(c.id);
    return {};
  }
  Result<void> operator()(const ReplaceRoute& c) const { return stack.replace_route(c.route); }
  Result<void> operator()(const DeleteRoute& c) const {
    stack.remove_route(c.route);
    return {};
  }
  Result<void> operator()(const SetSysctl& c) const { return stack.set_sysctl(c.sysctl); }
};

NetworkStack::NetworkStack() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  Link lo;
  lo.name = "lo";
  lo.mtu = 65536;
  lo.index = 1;
  state_.links.push_back(lo);
  const auto rule = [&](Family family, std::uint32_t priority, std::uint32_t table) {
    Rule r;
    r.family = family;
    r.priority = priority;
    r.table = table;
    r.protocol = kKernelProtocol;
    state_.rules.push_back(r);
  };
  rule(Family::v4, 0, 255);
  rule(Family::v4, 32766, 254);
  rule(Family::v4, 32767, 253);
  rule(Family::v6, 0, 255);
  rule(Family::v6, 32766, 254);
}

NetworkStack::~NetworkStack() {
  if (event_ >= 0) close(event_);
}

Result<KernelState> NetworkStack::read(const ReadScope& scope) {
  const std::lock_guard lock(mutex_);
  ++reads_;
  if (!read_failures_.empty()) {
    auto error = std::move(read_failures_.front());
    read_failures_.pop_front();
    return std::unexpected(std::move(error));
  }
  uplinks_ = scope.uplink_devices;
  auto result = state_;
  std::erase_if(result.routes, [&](const Route& route) {
    const auto leads = [&](const IpAddress& to) { return route.destination.contains(to); };
    return route.protocol != kRouteProtocol && std::ranges::none_of(scope.towards, leads) &&
           std::ranges::find(scope.uplink_devices, route.device) == scope.uplink_devices.end();
  });
  for (const auto& path : scope.sysctl_paths) {
    if (!sysctl_exists(path)) continue;
    const auto found = sysctls_.find(path);
    result.sysctls.push_back({path, found == sysctls_.end() ? "0" : found->second});
  }
  return result;
}

std::vector<ChangeFailure> NetworkStack::apply(std::span<const KernelChange> changes) {
  const std::lock_guard lock(mutex_);
  std::vector<ChangeFailure> failures;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ++applied_;
    if (!change_failures_.empty()) {
      failures.push_back({i, std::move(change_failures_.front())});
      change_failures_.pop_front();
    } else if (refused_ && refused_(changes[i])) {
      failures.push_back({i, {Condition::kernel_refused, describe(changes[i])}});
    } else if (auto done = carry_out(changes[i]); !done) {
      failures.push_back({i, std::move(done.error())});
    } else if (is_news(changes[i]) && is_relevant(changes[i], uplinks_)) {
      notify();
    }
  }
  return failures;
}

Result<void> NetworkStack::carry_out(const KernelChange& change) {
  auto done = std::visit(Visitor{*this}, change);
  if (!done) done.error().detail = describe(change) + ": " + done.error().detail;
  return done;
}

void NetworkStack::change(const KernelChange& change) {
  [[maybe_unused]] const auto done = carry_out(change);
  if (is_relevant(change, uplinks_)) notify();
}

void NetworkStack::plug_in(const std::string& name, std::uint32_t mtu) {
  Link device;
  device.name = name;
  device.mtu = mtu;
  device.index = next_index_++;
  device.mac = fmt::format("02:00:00:00:00:{:02x}", device.index);
  device.up = true;
  device.running = true;
  state_.links.push_back(device);
  notify();
}

void NetworkStack::set_point_to_point(const std::string& device) {
  if (auto* target = link(device)) target->point_to_point = true;
  notify();
}

void NetworkStack::set_carrier(const std::string& device, bool carrier) {
  no_carrier_[device] = !carrier;
  if (auto* target = link(device)) refresh_running(*target);
  if (!carrier) lose_nexthops(device);
  notify();
}

void NetworkStack::notify() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event_, &one, sizeof(one));
}

bool NetworkStack::drain_notifications() {
  std::uint64_t count = 0;
  return ::read(event_, &count, sizeof(count)) == sizeof(count);
}

const Link* NetworkStack::find_link(const std::string& name) const {
  const auto found = std::ranges::find(state_.links, name, &Link::name);
  return found == state_.links.end() ? nullptr : &*found;
}

Link* NetworkStack::link(const std::string& name) {
  return const_cast<Link*>(std::as_const(*this).find_link(name));
}

}  // namespace kaido::fake
