#include "scripted_server.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace kaido::vici {

ScriptedServer::ScriptedServer(boost::asio::io_context& io, const std::string& path, Answer answer)
    : io_(io),
      acceptor_(io, boost::asio::local::stream_protocol::endpoint(path)),
      answer_(std::move(answer)),
      path_(path) {
  accept();
}

ScriptedServer::~ScriptedServer() {
  drop_clients();
  unlink(path_.c_str());
}

void ScriptedServer::drop_clients() {
  for (auto& client : clients_) client->socket.close();
  clients_.clear();
}

void ScriptedServer::accept() {
  auto client = std::make_shared<Client>(io_);
  acceptor_.async_accept(client->socket, [this, client](boost::system::error_code code) {
    if (code) return;
    ++connections_;
    clients_.push_back(client);
    read(client);
    accept();
  });
}

void ScriptedServer::read(const std::shared_ptr<Client>& client) {
  client->socket.async_read_some(
      boost::asio::buffer(client->input),
      [this, client](boost::system::error_code code, std::size_t size) {
        if (code) return;
        client->frames.append(std::string_view(client->input).substr(0, size));
        for (;;) {
          const auto packet = client->frames.next();
          if (!packet || !*packet) break;
          const auto bytes = answer_(**packet);
          boost::system::error_code ignored;
          if (bytes) boost::asio::write(client->socket, boost::asio::buffer(*bytes), ignored);
          if (!bytes || ignored) {
            client->socket.close();
            return;
          }
        }
        read(client);
      });
}

std::string ScriptedServer::confirm() { return frame(PacketType::event_confirm, "", "").value(); }

std::string ScriptedServer::response(const Section& message) {
  return frame(PacketType::command_response, "", encode(message).value()).value();
}

std::string ScriptedServer::event(const std::string& name, const Section& message) {
  return frame(PacketType::event, name, encode(message).value()).value();
}

std::optional<std::string> ScriptedServer::behave(const Packet& packet) {
  if (packet.type == PacketType::event_register) return confirm();
  Section answer;
  if (packet.name == "version") answer.add("version", "5.9.8");
  return response(answer);
}

}  // namespace kaido::vici
