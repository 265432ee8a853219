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

/// Of what was opened since, what is in place still stays.
template <typename Map>
void keep(Map& wanted, const Map& in_place, const Map& opened) {
  for (const auto& [key, admission] : opened) {
    const auto found = in_place.find(key);
    if (found != in_place.end() && found->second == admission)
      wanted.insert_or_assign(key, admission);
  }
}

/// What of `all` charon has to hold otherwise than `known` says; when a session ends is no matter
/// of charon's.
session::IkeAdmissions not_in(const session::IkeAdmissions& known,
                              const session::IkeAdmissions& all) {
  session::IkeAdmissions others;
  for (const auto& [name, admission] : all) {
    const auto before = known.find(name);
    if (before == known.end() || before->second.addresses != admission.addresses ||
        before->second.groups != admission.groups)
      others.emplace(name, admission);
  }
  return others;
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
    const bool any = !admissions_.peers.empty() || !admissions_.connections.empty() ||
                     !admissions_.members.empty();
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

void Sessions::read() {
  reading_ = true;
  again_ = false;
  opened_.clear();
  look_timer_->set(clock_.now() + kLook, [this] { look(); });
  people_.stored([this](const Result<session::Stored>& stored) {
    reading_ = false;
    if (!stored) {
      // What is in place stays, and ends when it was to end.
      look_timer_->set(clock_.now() + kRetry, [this] { look(); });
    } else {
      accept(session::admissions(*stored, clock_.wall_time()));
    }
    if (again_) read();
  });
}

void Sessions::accept(Admissions wanted) {
  if (!board_.model.people) return;
  // Those that opened since the store was asked are in it by now.
  for (const auto& one : opened_) {
    keep(wanted.peers, admissions_.peers, one.peers);
    keep(wanted.connections, admissions_.connections, one.connections);
  }
  std::vector<WireGuardPeer> come;
  std::vector<WireGuardKey> gone;
  for (const auto& [key, admission] : wanted.peers) {
    const auto before = admissions_.peers.find(key);
    if (before == admissions_.peers.end() ||
        session::peer_of(key, before->second) != session::peer_of(key, admission))
      come.push_back(session::peer_of(key, admission));
  }
  for (const auto& [key, admission] : admissions_.peers)
    if (!wanted.peers.contains(key)) gone.push_back(key);
  const auto connections_come = not_in(admissions_.connections, wanted.connections);
  auto connections_gone = not_in(wanted.connections, admissions_.connections);
  std::erase_if(connections_gone,
                [&](const auto& entry) { return wanted.connections.contains(entry.first); });
  const bool first = !admissions_.known;
  const bool members = admissions_.members != wanted.members;
  admissions_ = std::move(wanted);
  if (members) listener_.members_changed();
  if (first) {
    listener_.sessions_known();
  } else {
    if (!gone.empty()) listener_.withdrawn(gone);
    if (!come.empty()) listener_.admitted(come);
    if (!connections_come.empty() || !connections_gone.empty())
      listener_.connections_changed(connections_come, connections_gone);
  }
  arm();
}

void Sessions::opened(const Admitted& admitted) {
  if (!board_.model.people) return;
  if (!admissions_.known) return look();  // nothing new before what is old is right
  Admissions one;
  session::admit(one, admitted.session, admitted.device, admitted.groups, admitted.preshared_key);
  admit(one, admitted.device);
  if (reading_) {
    opened_.push_back(std::move(one));
    again_ = true;  // it may have been ended since
  }
  arm();
}

void Sessions::admit(const Admissions& opened, const session::Device& device) {
  for (const auto& [key, admission] : opened.peers) {
    admissions_.peers.insert_or_assign(key, admission);
    listener_.admitted({session::peer_of(key, admission)});
  }
  for (const auto& [name, admission] : opened.connections)
    admissions_.connections.insert_or_assign(name, admission);
  session::IkeAdmissions gone;
  // With its first WireGuard key it comes in by that, and by that only.
  if (device.wireguard_key)
    if (auto before = admissions_.connections.extract(session::connection_name(device)))
      gone.insert(std::move(before));
  if (!opened.connections.empty() || !gone.empty())
    listener_.connections_changed(opened.connections, gone);
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
  session::IkeAdmissions connections;
  for (const auto& entry : admissions_.connections)
    if (entry.second.ends <= now) connections.insert(entry);
  for (const auto& [name, admission] : connections) admissions_.connections.erase(name);
  if (const auto count = gone.size() + connections.size(); count > 0) {
    log_.write(Message::sessions_ended, "people", fmt::format("{} ran out", count));
    look();  // writes them as ended: a clock that goes back revives none
  }
  if (!gone.empty()) listener_.withdrawn(gone);
  if (!connections.empty()) listener_.connections_changed({}, connections);
  arm();
}

}  // namespace kaido
