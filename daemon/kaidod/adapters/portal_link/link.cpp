#include "adapters/portal_link/link.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace kaido::portal_link {
namespace {

bool is_question(const portal::Body& body) {
  return std::holds_alternative<portal::AskNonce>(body) ||
         std::holds_alternative<portal::LogIn>(body) ||
         std::holds_alternative<portal::OfSession>(body);
}

}  // namespace

Link::Link(boost::asio::io_context& io, std::string path)
    : client_(io, std::move(path), portal::kLargest) {}

Link::~Link() = default;

void Link::start(std::move_only_function<void(const portal::Packet&)> on_question) {
  on_question_ = std::move(on_question);
  client_.start({.on_up = [] {},
                 .on_down = [this] { on_down(); },
                 .on_message = [this](std::span<const std::byte> bytes,
                                      std::size_t length) { on_message(bytes, length); },
                 .on_writable =
                     [this] {
                       writing_ = false;
                       write();
                     }});
}

void Link::on_down() {
  writing_ = false;
  unsent_.clear();
  theirs_.clear();
}

void Link::on_message(std::span<const std::byte> bytes, std::size_t length) {
  auto packet = length == bytes.size() ? portal::decode(bytes) : std::nullopt;
  if (!packet || !is_question(packet->body)) {
    ++dropped_;
    return;
  }
  const auto theirs = std::exchange(packet->id, ++last_);
  theirs_.emplace(last_, theirs);
  on_question_(*packet);
}

void Link::answer(portal::Packet packet) {
  const auto asked = theirs_.extract(packet.id);
  if (asked.empty()) return;
  packet.id = asked.mapped();
  auto bytes = portal::encode(packet);
  if (!bytes || unsent_.size() >= kMostUnsent) {
    ++dropped_;
    return;
  }
  unsent_.push_back(*std::move(bytes));
  if (!writing_) write();
}

void Link::write() {
  while (!unsent_.empty()) {
    if (!client_.send(std::as_bytes(unsent_.front().reveal()))) {
      writing_ = true;
      return;
    }
    unsent_.pop_front();
  }
}

}  // namespace kaido::portal_link
