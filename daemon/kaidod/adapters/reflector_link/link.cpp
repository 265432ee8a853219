#include "adapters/reflector_link/link.hpp"

#include <net/if.h>

#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace kaido::reflector_link {
namespace {

std::optional<ClaimEvent> to_event(const reflector::Message& message) {
  switch (message.kind) {
    case reflector::Kind::claim: {
      std::array<char, IF_NAMESIZE> name{};
      const auto* const known = if_indextoname(message.interface, name.data());
      return ClaimHeard{.message = message, .device = known == nullptr ? "" : known};
    }
    case reflector::Kind::silent:
      return SiteSilent{.site = message.site};
    case reflector::Kind::applied:
      break;
  }
  return std::nullopt;
}

}  // namespace

Link::Link(boost::asio::io_context& io, std::string path)
    : client_(io, std::move(path), sizeof(reflector::Message)) {}

Link::~Link() = default;

void Link::start(std::move_only_function<void(const ClaimEvent&)> on_event) {
  on_event_ = std::move(on_event);
  client_.start({.on_up = [this] { on_up(); },
                 .on_down = [this] { on_down(); },
                 .on_message = [this](std::span<const std::byte> bytes,
                                      std::size_t length) { on_message(bytes, length); },
                 .on_writable =
                     [this] {
                       writing_ = false;
                       write();
                     }});
}

void Link::on_up() {
  told_outdated_ = false;
  on_event_(ReflectorUp{});
}

void Link::on_down() {
  writing_ = false;
  // The reflector forgets with the connection, and hears of what is in force as it tells anew.
  unsent_.clear();
  on_event_(ReflectorDown{});
}

void Link::on_message(std::span<const std::byte> bytes, std::size_t length) {
  reflector::Message message;
  if (length < sizeof(message)) {
    const bool older = length >= reflector::kOldestSize;
    if (older && !std::exchange(told_outdated_, true)) on_event_(ReflectorOutdated{});
    return;
  }
  std::memcpy(&message, bytes.data(), sizeof(message));
  if (const auto event = to_event(message)) on_event_(*event);
}

void Link::applied(const reflector::SiteKey& site, const stamp::Claim& claim) {
  if (!client_.is_connected()) return;
  reflector::Message message;
  message.kind = reflector::Kind::applied;
  message.site = site;
  message.epoch = claim.epoch;
  message.generation = claim.generation;
  message.hub = claim.hub;
  message.transport = claim.transport;
  message.slot = claim.slot;
  message.carries = claim.carries ? 1 : 0;
  unsent_.insert_or_assign(site, message);
  if (!writing_) write();
}

// What the reflector is too busy to take waits, the newest word per site only.
void Link::write() {
  while (!unsent_.empty()) {
    if (!client_.send(std::as_bytes(std::span(&unsent_.begin()->second, 1)))) {
      writing_ = true;
      return;
    }
    unsent_.erase(unsent_.begin());
  }
}

}  // namespace kaido::reflector_link
