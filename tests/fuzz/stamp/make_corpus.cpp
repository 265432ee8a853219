// Writes the seeds: make_corpus FOLDER.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "kaido/stamp.hpp"

namespace kaido::stamp {
namespace {

using Packet = std::vector<std::byte>;

void save(const std::filesystem::path& path, const Packet& packet) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(packet.data()),
             static_cast<std::streamsize>(packet.size()));
}

void save_both(const std::filesystem::path& folder, const std::string& name, Packet packet) {
  save(folder / "probe" / name, packet);
  Reply reply{.sequence = 3, .sent = 5, .received = 4, .kaido = true, .applied_epoch = 7};
  for (std::uint8_t slot = 1; slot < 5; ++slot)
    reply.heard.push_back({.transport = 1, .slot = slot, .age = slot, .sequence = slot});
  reflect(packet, reply);
  save(folder / "reply" / name, packet);
}

void make(const std::filesystem::path& folder) {
  const Claim claim{.epoch = 7,
                    .generation = 2,
                    .hub = 1,
                    .transport = 2,
                    .slot = 3,
                    .carries = true,
                    .size = 1400,
                    .hold = 300};
  Packet packet;
  const Probe probe{.sequence = 9, .sent = 1, .ssid = 0x0211, .claim = claim, .room = 6};
  encode({.sequence = 9, .claim = {}}, 0, packet);
  save_both(folder, "bare", packet);
  encode(probe, 0, packet);
  save_both(folder, "claim", packet);
  auto sealed = probe;
  sealed.hmac.emplace().fill(std::byte{0x5a});
  encode(sealed, 0, packet);
  save_both(folder, "sealed", packet);
  encode(sealed, 200, packet);
  save_both(folder, "sealed-padded", packet);
  encode(probe, 200, packet);
  save_both(folder, "padded", packet);
  packet.resize(150);
  save_both(folder, "cut", packet);
  encode({.claim = claim}, 0, packet);
  packet.insert(packet.end(), {std::byte{0x80}, std::byte{7}, std::byte{0}, std::byte{0}});
  save_both(folder, "unknown", packet);
  packet[48 + 14] = std::byte{9};
  save_both(folder, "bad-claim", packet);
  encode({.claim = {}}, 0, packet);
  packet[12] = std::byte{0x41};
  packet.resize(90);
  save_both(folder, "zeros", packet);
}

}  // namespace
}  // namespace kaido::stamp

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  kaido::stamp::make(argv[1]);
}
