// bench-people-fill FOLDER FIRST LAST: people with a WireGuard device and a session of a day, into
// the store of a hub whose kaidod does not run. The pools are 10.88.0.0/16 and fd88::/64.
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/user_store/sqlite_store.hpp"
#include "bench/figures.hpp"

namespace kaido::bench {
namespace {

constexpr session::WallTime kDay = 86400;

IpAddress address(Family family, std::size_t number) {
  auto bytes = IpAddress::parse(family == Family::v4 ? "10.88.0.0" : "fd88::")->bytes();
  const std::size_t last = family == Family::v4 ? 3 : 15;
  bytes[last - 1] = static_cast<std::uint8_t>(number >> 8U);
  bytes[last] = static_cast<std::uint8_t>(number);
  return {family, bytes};
}

/// The address of number 1 is the hub's, that of 2 the first device's that is added by hand.
constexpr std::size_t kFirstAddress = 16;

Transaction admitted_person(std::size_t i, session::WallTime now) {
  const auto name = fmt::format("p{:05}", i);
  session::Device device{
      .user = name,
      .name = "laptop",
      .subject = "CN=" + name,
      .not_after = now + 300 * kDay,
      .certificate = "-",
      .addresses = {address(Family::v4, kFirstAddress + i), address(Family::v6, kFirstAddress + i)},
      .created = now};
  WireGuardKey key{};
  key[0] = static_cast<std::uint8_t>(i);
  key[1] = static_cast<std::uint8_t>(i >> 8U);
  key[9] = 9;
  device.wireguard_key = key;
  device.fingerprint[0] = key[0];
  device.fingerprint[1] = key[1];
  Transaction transaction;
  transaction.changes.emplace_back(
      change::AddUser{{.name = name, .display = "", .groups = {"staff"}, .created = now}});
  transaction.changes.emplace_back(change::AddDevice{std::move(device)});
  transaction.changes.emplace_back(change::OpenSession{{.id = fmt::format("{:032x}", i),
                                                        .user = name,
                                                        .device = "laptop",
                                                        .source = "192.0.2.1",
                                                        .started = now,
                                                        .ends = now + kDay}});
  return transaction;
}

}  // namespace
}  // namespace kaido::bench

int main(int argc, char** argv) {
  using namespace kaido;
  bench::require(argc == 4, "FOLDER FIRST LAST");
  const std::filesystem::path folder(argv[1]);
  SqliteStore store(SqliteStore::Files{.database = folder / "people.db",
                                       .checkpoint = folder / "people.checkpoint",
                                       .key = folder / "audit.key"});
  std::vector<Transaction> all;
  for (auto i = std::stoul(argv[2]); i <= std::stoul(argv[3]); ++i)
    all.push_back(bench::admitted_person(i, std::time(nullptr)));
  const auto done = store.commit(all);
  bench::require(done.has_value(), "the store was not filled");
  for (const auto& one : *done) bench::require(one.has_value(), "a person was not added");
}
