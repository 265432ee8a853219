// A plain, blocking VICI client, for what a test does behind the port's back.
#pragma once

#include <string>
#include <vector>

#include "wire/vici/codec.hpp"
#include "wire/vici/packet.hpp"

namespace kaido::test {

/// Throws std::runtime_error when charon cannot be reached or answers nonsense.
class BareVici {
 public:
  explicit BareVici(const std::string& path);
  ~BareVici();
  BareVici(const BareVici&) = delete;
  BareVici& operator=(const BareVici&) = delete;

  /// The answer, whether or not it says "success".
  vici::Section command(const std::string& name, const vici::Section& message = {});

  /// The events of that name that a command answers with.
  std::vector<vici::Section> events(const std::string& name, const std::string& event);
  /// How many events of that name a command answers with.
  std::size_t count(const std::string& name, const std::string& event);

  /// Asks for events of that name. After that this connection is for `next_event` only.
  void listen(const std::string& name);
  /// Waits for one.
  [[nodiscard]] vici::Packet next_event() const;

 private:
  void send_packet(vici::PacketType type, const std::string& name,
                   const std::string& message) const;
  [[nodiscard]] vici::Packet read_packet() const;
  [[nodiscard]] std::string read(std::size_t size) const;
  int socket_ = -1;
};

}  // namespace kaido::test
