#include "engine/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/desired/firewall.hpp"
#include "core/session/admissions.hpp"

namespace kaido {
namespace {

using session::Admissions;
using session::WallTime;

constexpr auto kLook = std::chrono::seconds(60);
/// A clock that is set while a timer runs is noticed within this.
constexpr auto kLongestWait = std::chrono::seconds(60);
constexpr auto kRetry = std::chrono::seconds(2);  // after a store that could not be read

/// What the store says, as one value.
struct Stored {
  std::vector<session::Session> sessions;
  std::vector<session::Device> devices;
  std::vector<session::User> users;
};

/// The members of those groups that reach what they reached before: a set has its group's place in
/// the configuration, not its name.
std::map<std::string, std::vector<Prefix>> members_as_before(const Board& board,
                                                             const session::Settings& settings,
                                                             const FirewallTable& kept) {
  auto members = session::members_of(settings, kept);
  const auto wanted = desired_firewall(board);
  const auto& groups = settings.groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const char* family : {"4", "6"}) {
      const auto name = fmt::format("reached{}_{}", i, family);
      const auto before = kept.sets.find(name);
      const auto now = wanted.sets.find(name);
      if (before == kept.sets.end() || now == wanted.sets.end() || before->second != now->second)
        members.erase(groups[i].name);
    }
  }
  return members;
}

}  // namespace

Sessions::Sessions(Clock& clock, NotebookFile& store, const Board& board, Admissions& admissions,
                   People& people, Log& log, Listener& listener)
    : clock_(clock),
      store_(store),
      board_(board),
      admissions_(admissions),
      people_(people),
      log_(log),
      listener_(listener),
      end_timer_(clock.make_timer()),
      look_timer_(clock.make_timer()) {}

void Sessions::configured() {
  const auto& settings = board_.model.people;
  if (!settings) {
    const bool any = !admissions_.peers.empty() || !admissions_.members.empty();
    admissions_ = {};
    end_timer_->cancel();
    look_timer_->cancel();
    if (any) listener_.members_changed();
    return;
  }
  // Until the store is read: whom the firewall of before knew.
  if (!admissions_.known) {
    const auto kept = store_.load_firewall();
    if (kept && !kept->empty())
      admissions_.members = members_as_before(board_, *settings, from_nft(*kept));
    // Who was admitted by a kaidod before this one, and until when, is not known: no session is
    // longer than this.
    end_timer_->set(clock_.now() + std::chrono::minutes(settings->session_minutes), [this] {
      if (!std::exchange(admissions_.known, true)) listener_.sessions_known();
    });
  }
  look();
}

void Sessions::look() {
  if (!board_.model.people) return;
  if (std::exchange(again_, true) || reading_) return;
  read();
}

/// Three questions, answered in their order. What changes between them is seen by the next look,
/// which whoever changes it asks for.
void Sessions::read() {
  reading_ = true;
  again_ = false;
  opened_.clear();
  look_timer_->set(clock_.now() + kLook, [this] { look(); });
  auto stored = std::make_shared<std::optional<Stored>>(Stored{});
  const auto keep = [stored](auto Stored::* member) {
    return [stored, member](auto answer) {
      if (!answer) stored->reset();
      if (*stored) (**stored).*member = std::move(*answer);
    };
  };
  people_.users(keep(&Stored::users));
  people_.devices(keep(&Stored::devices));
  people_.sessions(false, [this, stored](auto sessions) {
    reading_ = false;
    if (!sessions || !*stored) {
      // What is in place stays, and ends when it was to end.
      look_timer_->set(clock_.now() + kRetry, [this] { look(); });
    } else {
      accept(
          session::admissions(*sessions, (*stored)->devices, (*stored)->users, clock_.wall_time()));
    }
    if (again_) read();
  });
}

void Sessions::accept(Admissions wanted) {
  if (!board_.model.people) return;
  // Those that opened since the store was asked are in it by now.
  for (const auto& [key, admission] : opened_) {
    const auto peer = admissions_.peers.find(key);
    if (peer != admissions_.peers.end() && peer->second == admission)
      wanted.peers.insert_or_assign(key, admission);
  }
  std::vector<WireGuardPeer> come;
  std::vector<WireGuardKey> gone;
  for (const auto& [key, admission] : wanted.peers) {
    const auto before = admissions_.peers.find(key);
    if (before == admissions_.peers.end() || before->second.addresses != admission.addresses)
      come.push_back(session::peer_of(key, admission));
  }
  for (const auto& [key, admission] : admissions_.peers)
    if (!wanted.peers.contains(key)) gone.push_back(key);
  const bool first = !admissions_.known;
  const bool members = admissions_.members != wanted.members;
  admissions_ = std::move(wanted);
  if (members) listener_.members_changed();
  if (first) {
    listener_.sessions_known();
  } else {
    if (!gone.empty()) listener_.withdrawn(gone);
    if (!come.empty()) listener_.admitted(come);
  }
  arm();
}

void Sessions::opened(const Admitted& admitted) {
  if (!board_.model.people || !admitted.wireguard_key) return;
  if (!admissions_.known) return look();  // nothing new before what is old is right
  const auto& key = *admitted.wireguard_key;
  const session::Admission admission{.session = admitted.session.id,
                                     .ends = admitted.session.ends,
                                     .addresses = admitted.addresses};
  if (reading_) {
    opened_.emplace_back(key, admission);
    again_ = true;  // it may have been ended since
  }
  admissions_.peers.insert_or_assign(key, admission);
  listener_.admitted({session::peer_of(key, admission)});
  arm();
}

void Sessions::arm() {
  const auto next = session::next_end(admissions_);
  if (!next) return end_timer_->cancel();
  const auto wait = std::clamp<std::chrono::seconds>(
      std::chrono::seconds(*next - clock_.wall_time()), std::chrono::seconds(0), kLongestWait);
  end_timer_->set(clock_.now() + wait, [this] { withdraw_ended(); });
}

void Sessions::withdraw_ended() {
  const auto now = clock_.wall_time();
  std::vector<WireGuardKey> gone;
  for (const auto& [key, admission] : admissions_.peers)
    if (admission.ends <= now) gone.push_back(key);
  for (const auto& key : gone) admissions_.peers.erase(key);
  if (!gone.empty()) {
    log_.write(Message::sessions_ended, "people", fmt::format("{} ran out", gone.size()));
    listener_.withdrawn(gone);
  }
  arm();
}

}  // namespace kaido
