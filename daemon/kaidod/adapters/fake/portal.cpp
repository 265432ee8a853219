#include "adapters/fake/portal.hpp"

#include <utility>
#include <variant>

namespace kaido::fake {

void Portal::start(std::move_only_function<void(const portal::Packet&)> on_question) {
  on_question_ = std::move(on_question);
}

void Portal::answer(portal::Packet packet) {
  const auto asked = theirs_.extract(packet.id);
  if (asked.empty()) return;
  packet.id = asked.mapped();
  if (portal::encode(packet)) answers_.push_back(std::move(packet));
}

bool Portal::pump() {
  if (!on_question_ || queue_.empty()) return false;
  while (!queue_.empty()) {
    const auto packet = std::move(queue_.front());
    queue_.pop_front();
    on_question_(packet);
  }
  return true;
}

void Portal::stop_portal() {
  running_ = false;
  queue_.clear();
  theirs_.clear();
  answers_.clear();
}

void Portal::ask(portal::Packet packet) {
  const bool question = !std::holds_alternative<portal::Nonce>(packet.body) &&
                        !std::holds_alternative<portal::Answer>(packet.body);
  if (!running_ || !question || !portal::encode(packet)) return;
  const auto theirs = std::exchange(packet.id, ++last_);
  theirs_.emplace(last_, theirs);
  queue_.push_back(std::move(packet));
}

}  // namespace kaido::fake
