// bench-wireguard [PEERS]: what a change among 10,000 peers costs the adapter, against wg and
// against bare netlink, in one run on one kernel. A line of JSON for each figure; exit status 1
// when one misses its limit. Needs root and the kernel's WireGuard; runs in a network namespace of
// its own. What a whole kaidod needs for one site is bench-kaidod's to say.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <vector>

#include "bare.hpp"
#include "bench/figures.hpp"
#include "world.hpp"

namespace kaido::bench {
namespace {

constexpr const char* kDevice = "kd-bench";

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

ObservedWireGuardDevice observe(const WireGuardDevice& device) {
  ObservedWireGuardDevice observed;
  observed.name = device.name;
  observed.private_key = device.private_key;
  observed.listen_port = device.listen_port;
  observed.fwmark = device.fwmark;
  for (const auto& peer : device.peers) observed.peers.push_back({.peer = peer});
  return observed;
}

/// One change of one peer.
struct Cost {
  double known;   ///< seconds: which peer it is, is known: its difference and its write
  double search;  ///< seconds: to find it first, by the difference of all peers
};

Cost change_peer(World& world, const WireGuardDevice& wanted, const WireGuardDevice& present) {
  const auto observed = observe(present);
  WireGuardChange found;
  const double search = seconds([&] { found = difference(wanted, observed); });
  require(found.peers.size() == 1, "not one peer differs");
  const auto& key = found.peers[0].peer.public_key;
  const auto only = [&](const WireGuardDevice& device) {
    WireGuardDevice one{.name = device.name, .private_key = device.private_key};
    one.listen_port = device.listen_port;
    std::ranges::copy_if(device.peers, std::back_inserter(one.peers),
                         [&](const WireGuardPeer& p) { return p.public_key == key; });
    return one;
  };
  const auto one_wanted = only(wanted);
  const auto one_observed = observe(only(present));
  const double known = seconds([&] { world.write(difference(one_wanted, one_observed)); });
  return {known, search};
}

bool report(const char* bench, double ratio, double limit, bool at_least, const std::string& more) {
  const bool good = at_least ? ratio >= limit : ratio <= limit;
  fmt::print("{{\"bench\":\"{}\",\"ratio\":{:.2f},\"limit\":{},\"{}\":true,{},\"ok\":{}}}\n", bench,
             ratio, limit, at_least ? "at_least" : "at_most", more, good);
  std::fflush(stdout);
  return good;
}

// (a) One peer removed and added again, Kaido against `wg syncconf`.
bool one_peer(World& world, const WireGuardDevice& full) {
  auto less = full;
  less.peers.erase(less.peers.begin() + static_cast<std::ptrdiff_t>(less.peers.size() / 2));
  std::vector<Cost> add;
  std::vector<Cost> remove;
  for (int i = 0; i < 21; ++i) {
    remove.push_back(change_peer(world, less, full));
    add.push_back(change_peer(world, full, less));
  }
  require(world.read(kDevice).peers.size() == full.peers.size(), "peers were lost");
  std::vector<double> sync_add;
  std::vector<double> sync_remove;
  for (int i = 0; i < 3; ++i) {
    sync_remove.push_back(syncconf(less));
    require(world.read(kDevice).peers.size() == less.peers.size(), "syncconf removed nothing");
    sync_add.push_back(syncconf(full));
  }
  const auto line = [](const char* bench, const std::vector<Cost>& costs, double wg) {
    std::vector<double> known;
    std::vector<double> search;
    for (const auto& cost : costs) {
      known.push_back(cost.known);
      search.push_back(cost.search);
    }
    return report(
        bench, wg / median(known), 300, true,
        fmt::format("\"write_ms\":{:.3f},\"syncconf_ms\":{:.1f},\"difference_of_all_ms\":{:.2f}",
                    median(known) * 1e3, wg * 1e3, median(search) * 1e3));
  };
  const bool added = line("wg_peer_add", add, median(sync_add));
  const bool removed = line("wg_peer_remove", remove, median(sync_remove));
  return added && removed;
}

// (b) All peers onto an empty device, Kaido against bare netlink, in turn.
bool full_load(World& world, const WireGuardDevice& full) {
  std::vector<double> kaido;
  std::vector<double> bare;
  for (int i = 0; i < 3; ++i) {
    world.add_link(kDevice);
    bare.push_back(load_bare(full));
    require(bare.back() > 0, "the bare batch failed");
    world.remove_link(kDevice);
    world.add_link(kDevice);
    kaido.push_back(seconds([&] { world.write(difference(full, ObservedWireGuardDevice{})); }));
    if (i + 1 < 3) world.remove_link(kDevice);
  }
  require(difference(full, world.read(kDevice)).empty(), "the device is not as it should be");
  return report("wg_full_load", median(kaido) / median(bare), 1.2, false,
                fmt::format("\"kaido_ms\":{:.0f},\"bare_ms\":{:.0f}", median(kaido) * 1e3,
                            median(bare) * 1e3));
}

// (c) One changed site of all: what the difference adds to the dump.
bool one_changed(World& world, const WireGuardDevice& full) {
  auto desired = full;
  desired.peers[desired.peers.size() / 3].allowed_ips.pop_back();
  std::vector<double> dump;
  std::vector<double> both;
  for (int i = 0; i < 7; ++i) {
    dump.push_back(seconds([&] { (void)world.read(kDevice); }));
    both.push_back(seconds([&] {
      const auto change = difference(desired, world.read(kDevice));
      require(change.peers.size() == 1 && !change.private_key && !change.listen_port,
              "more than the changed peer would be written");
    }));
  }
  return report("wg_one_changed", median(both) / median(dump), 1.5, false,
                fmt::format("\"dump_ms\":{:.1f},\"with_difference_ms\":{:.1f}", median(dump) * 1e3,
                            median(both) * 1e3));
}

}  // namespace
}  // namespace kaido::bench

int main(int argc, char** argv) {
  using namespace kaido::bench;
  const int count = argc > 1 ? std::atoi(argv[1]) : 10000;
  require(count >= 10 && count <= 60000, "between 10 and 60000 peers");
  World world;
  const auto full = make_device(kDevice, static_cast<unsigned>(count));
  const bool loaded = full_load(world, full);
  const bool changed = one_changed(world, full);
  const bool peer = one_peer(world, full);
  world.remove_link(kDevice);
  return loaded && changed && peer ? 0 : 1;
}
