#include "charon/bare_vici.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace kaido::test {

BareVici::BareVici(const std::string& path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return;
  close(socket_);
  throw std::runtime_error(path + ": " + std::strerror(errno));
}

BareVici::~BareVici() { close(socket_); }

vici::Section BareVici::command(const std::string& name, const vici::Section& message) {
  send_packet(vici::PacketType::command_request, name, vici::encode(message).value());
  return read_packet().message;
}

std::vector<vici::Section> BareVici::events(const std::string& name, const std::string& event) {
  listen(event);
  send_packet(vici::PacketType::command_request, name, vici::encode({}).value());
  std::vector<vici::Section> messages;
  for (auto packet = read_packet(); packet.type == vici::PacketType::event; packet = read_packet())
    messages.push_back(std::move(packet.message));
  return messages;
}

std::size_t BareVici::count(const std::string& name, const std::string& event) {
  return events(name, event).size();
}

void BareVici::listen(const std::string& name) {
  send_packet(vici::PacketType::event_register, name, "");
  if (read_packet().type != vici::PacketType::event_confirm)
    throw std::runtime_error("charon knows no event " + name);
}

vici::Packet BareVici::next_event() const { return read_packet(); }

void BareVici::send_packet(vici::PacketType type, const std::string& name,
                           const std::string& message) const {
  const auto bytes = vici::frame(type, name, message).value();
  if (send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("cannot send " + name);
}

vici::Packet BareVici::read_packet() const {
  const auto length = read(4);
  std::size_t size = 0;
  for (const char byte : length) size = size << 8 | static_cast<unsigned char>(byte);
  return vici::parse_packet(read(size)).value();
}

std::string BareVici::read(std::size_t size) const {
  std::string bytes(size, '\0');
  if (recv(socket_, bytes.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size))
    throw std::runtime_error("charon has closed the connection");
  return bytes;
}

}  // namespace kaido::test
