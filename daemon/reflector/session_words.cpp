// What kaidod is told, and what it says.
#include "reflector/session_parts.hpp"

namespace kaido::reflector {

bool Sessions::needs_word(const Site& site) {
  if (!site.present) return site.told_kind == Told::claim;
  return site.told_kind != Told::claim || site.again || site.latest.claim != site.told.claim;
}

void Sessions::queue(Index index) {
  if (!connected_ || queued_[index] != 0 || sites_[index].held) return;
  queued_[index] = 1;
  words_[(first_word_ + word_count_++) % words_.size()] = index;
}

void Sessions::connected() {
  disconnected();
  connected_ = true;
  sites_.for_each([this](Index index) {
    auto& site = sites_[index];
    site.told_kind = Told::nothing;
    site.again = false;
    site.held = false;  // of another kaidod
    site.words_paid = {};
    if (site.present) queue(index);
  });
}

void Sessions::disconnected() {
  connected_ = false;
  word_count_ = 0;
  std::ranges::fill(queued_, std::uint8_t{0});
}

std::optional<Message> Sessions::next_word(Instant now) {
  for (; word_count_ > 0; first_word_ = (first_word_ + 1) % words_.size(), --word_count_) {
    const auto index = words_[first_word_];
    auto& site = sites_[index];
    const bool needed = needs_word(site);
    if (needed && word_due(site) <= now) return word(index, now);
    queued_[index] = 0;
    site.held = needed;
    if (needed) schedule(index);
  }
  return {};
}

Message Sessions::word(Index index, Instant now) const {
  const auto& site = sites_[index];
  Message message;
  message.kind = site.present ? Kind::claim : Kind::silent;
  std::memcpy(message.site.data(), sites_.key(index).data(), message.site.size());
  if (!site.present) return message;
  const auto& [claim, hmac, sequence, room, source, interface] = site.latest;
  message.interface = interface;
  message.source = source;
  message.epoch = claim.epoch;
  message.generation = claim.generation;
  message.hub = claim.hub;
  message.transport = claim.transport;
  message.slot = claim.slot;
  message.size = claim.size;
  message.hold = claim.hold;
  message.carries = claim.carries ? 1 : 0;
  message.fragments = claim.fragments ? 1 : 0;
  message.outranks = claim.outranks ? 1 : 0;
  message.sequence = sequence;
  message.room = room;
  message.sealed = hmac ? 1 : 0;
  if (hmac) message.hmac = *hmac;
  if (site.applied.epoch == 0) return message;
  message.in_force_epoch = site.applied.epoch;
  message.in_force_generation = site.applied.generation;
  message.unheard = milliseconds_since(site.applied_heard, now);
  return message;
}

void Sessions::told(Instant now) {
  if (word_count_ == 0) return;
  const auto index = words_[first_word_];
  auto& site = sites_[index];
  site.told_kind = site.present ? Told::claim : Told::silent;
  const bool same = site.latest.claim == site.told.claim;
  site.retold = site.again && same ? std::min(site.retold + 1, kMostDoublings) : 0;
  site.told = site.latest;
  site.told_at = now;
  site.again = false;
  site.words_paid = std::max(site.words_paid, now) + kWordEach;
  queued_[index] = 0;
  first_word_ = (first_word_ + 1) % words_.size();
  --word_count_;
}

void Sessions::hear_kaidod(const Message& message, Instant now) {
  if (message.kind != Kind::applied) return;
  SiteTable::Key key{};
  std::memcpy(key.data(), message.site.data(), message.site.size());
  auto index = sites_.find(key);
  if (index == kNone) {
    if (sites_.full()) return;
    index = sites_.insert(key, Rank::known);
  }
  auto& site = sites_[index];
  site.known = true;
  const stamp::Claim applied{.epoch = message.epoch,
                             .generation = message.generation,
                             .hub = message.hub,
                             .transport = message.transport,
                             .slot = message.slot,
                             .carries = message.carries != 0};
  // Whether it was heard lately is not known of one that was not in force here.
  if (!is_same_word(applied, site.applied)) site.applied_heard = now;
  site.applied = applied;
}

}  // namespace kaido::reflector
