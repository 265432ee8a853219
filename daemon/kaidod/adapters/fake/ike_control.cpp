#include "adapters/fake/ike_control.hpp"

#include <algorithm>
#include <utility>

namespace kaido::fake {
namespace {

std::unexpected<Error> absent() {
  return failure(Condition::charon_absent, "the fake charon is stopped");
}

// charon's parser refuses what is no proposal; a test says so with this word.
bool refused(const IkeConnection& connection) {
  return std::ranges::count(connection.ike_proposals, "nonsense") > 0;
}

}  // namespace

void IkeControl::start(std::move_only_function<void(const IkeEvent&)> on_event) {
  on_event_ = std::move(on_event);
  if (running_) return emit(CharonUp{"fake"});
  emit(CharonDown{absent().error().to_string()});
}

void IkeControl::set_credentials(IkeCredentials credentials, Done<void> done) {
  later([this, credentials = std::move(credentials), done = std::move(done)]() mutable {
    if (auto why = obstacle()) return done(std::unexpected(std::move(*why)));
    if (credentials != credentials_) take(credentials);
    done({});
  });
}

void IkeControl::load(std::vector<IkeConnection> connections, Done<Names> done) {
  change(std::move(done), [this, connections = std::move(connections)](Changed& changed) {
    for (const auto& connection : connections) put(connection, changed);
  });
}

void IkeControl::unload(std::vector<std::string> names, Done<Names> done) {
  change(std::move(done), [this, names = std::move(names)](Changed& changed) {
    for (const auto& name : names) remove(name, changed);
  });
}

void IkeControl::reconcile(IkeDesired desired, Done<Names> done) {
  change(std::move(done), [this, desired = std::move(desired)](Changed& changed) {
    ++comparisons_;
    put_right(desired, changed);
  });
}

std::optional<Error> IkeControl::obstacle() {
  if (!running_) return absent().error();
  if (next_refusals_.empty()) return std::nullopt;
  auto error = std::move(next_refusals_.front());
  next_refusals_.pop_front();
  return error;
}

template <typename Work>
void IkeControl::change(Done<Names> done, Work work) {
  later([this, done = std::move(done), work = std::move(work)]() mutable {
    if (auto why = obstacle()) return done(std::unexpected(std::move(*why)));
    Changed changed;
    work(changed);
    for (const auto& key : std::exchange(retired_keys_, {})) keys_.erase(key);
    if (changed.refusal) return done(std::unexpected(std::move(*changed.refusal)));
    done(std::move(changed.names));
  });
}

void IkeControl::take(const IkeCredentials& credentials) {
  const auto text = [](const IkeCredentials& some) {
    return std::string(some.private_key_pem.reveal_text());
  };
  const auto key = text(credentials);
  if (const auto old = text(credentials_); !old.empty() && old != key) retired_keys_.insert(old);
  if (!key.empty()) {
    ++key_loads_;
    keys_.insert(key);
    retired_keys_.erase(key);
  }
  if (const auto& own = credentials.certificates->own_der; !own.empty()) certificates_.insert(own);
  for (const auto& authority : credentials.certificates->authority_der)
    certificates_.insert(authority);
  credentials_ = credentials;
}

void IkeControl::put(const IkeConnection& connection, Changed& changed) {
  if (refused(connection)) {
    if (!changed.refusal)
      changed.refusal = Error{Condition::charon_refused, "load-conn: " + connection.name};
    return;
  }
  ++loads_;
  connections_[connection.name] = connection;
  known_.insert(connection.name);
  changed.names.push_back(connection.name);
}

void IkeControl::remove(const std::string& name, Changed& changed) {
  if (connections_.erase(name) > 0) changed.names.push_back(name);
  for (const auto sas = sas_; const auto& sa : sas)
    if (sa.connection == name) bring_down(sa.unique_id);
}

void IkeControl::put_right(const IkeDesired& desired, Changed& changed) {
  const std::string key(credentials_.private_key_pem.reveal_text());
  const bool lost = !key.empty() && !keys_.contains(key);
  if (lost || desired.credentials != credentials_) take(desired.credentials);
  std::set<std::string> wanted;
  for (const auto& connection : desired.connections) {
    wanted.insert(connection.name);
    const auto present = connections_.find(connection.name);
    const bool same = known_.contains(connection.name) && present != connections_.end() &&
                      present->second == connection;
    if (!same) put(connection, changed);
  }
  const auto& kept = desired.kept_prefix;
  for (const auto& name : loaded())
    if (connections_.contains(name) && !wanted.contains(name) &&
        (kept.empty() || !name.starts_with(kept)))
      remove(name, changed);
  for (const auto& retired : std::exchange(retired_keys_, {})) keys_.erase(retired);
  if (desired == IkeDesired{} && loaded().empty() && keys_.empty()) certificates_.clear();
}

void IkeControl::initiate(const std::string& connection, Done<void> done) {
  later([this, connection, done = std::move(done)]() mutable { done(initiate_now(connection)); });
}

Result<void> IkeControl::initiate_now(const std::string& connection) {
  if (!running_) return absent();
  if (!connections_.contains(connection))
    return failure(Condition::charon_refused,
                   "initiate: CHILD_SA config '" + connection + "' not found");
  if (const auto& why = refusals_[connection]; !why.empty())
    return failure(Condition::charon_refused, "initiate: " + why);
  const auto found = outcomes_.find(connection);
  const auto outcome = found == outcomes_.end() ? Outcome{} : found->second;
  if (log_wanted_)
    for (const auto& line : outcome.log) emit(IkeLogLine{connection, next_id_, line});
  if (outcome.up)
    bring_up(connection, true);
  else
    emit(IkeSaDown{connection, next_id_++});
  return {};
}

void IkeControl::terminate(std::uint32_t unique_id, Done<void> done) {
  later([this, unique_id, done = std::move(done)]() mutable {
    if (!running_) return done(absent());
    bring_down(unique_id);
    done({});
  });
}

void IkeControl::rekey(std::uint32_t unique_id, const std::string&, Done<void> done) {
  later([this, unique_id, done = std::move(done)]() mutable {
    if (!running_) return done(absent());
    if (std::ranges::find(sas_, unique_id, &IkeSa::unique_id) == sas_.end())
      return done(failure(Condition::charon_refused, "rekey: no matching SAs to rekey found"));
    rekey_child(unique_id);
    done({});
  });
}

void IkeControl::listen_to_log(bool wanted, Done<void> done) {
  later([this, wanted, done = std::move(done)]() mutable {
    if (!running_) return done(absent());
    log_wanted_ = wanted;
    done({});
  });
}

void IkeControl::list(Done<std::vector<IkeSa>> done) {
  later([this, done = std::move(done)]() mutable {
    if (!running_) return done(absent());
    done(sas_);
  });
}

bool IkeControl::pump() {
  if (queue_.empty()) return false;
  while (!queue_.empty()) {
    auto task = std::move(queue_.front());
    queue_.pop_front();
    task();
  }
  return true;
}

void IkeControl::start_charon() {
  if (std::exchange(running_, true)) return;
  log_wanted_ = true;
  emit(CharonUp{"fake"});
}

void IkeControl::stop_charon() {
  if (!std::exchange(running_, false)) return;
  connections_.clear();
  known_.clear();
  foreign_.clear();
  keys_.clear();
  retired_keys_.clear();
  credentials_ = {};
  sas_.clear();
  emit(CharonDown{absent().error().to_string()});
}

void IkeControl::set_outcome(const std::string& connection, Outcome outcome) {
  outcomes_[connection] = std::move(outcome);
}

void IkeControl::admin_unloads(const std::string& name) {
  connections_.erase(name);
  foreign_.erase(name);
}

void IkeControl::admin_loads_all() {
  connections_.clear();
  foreign_.clear();
  keys_.clear();
  emit(CharonTouched{});
}

std::vector<std::string> IkeControl::loaded() const {
  std::set<std::string> names = foreign_;
  for (const auto& [name, connection] : connections_) names.insert(name);
  return {names.begin(), names.end()};
}

void IkeControl::bring_up(const std::string& connection, bool initiator) {
  const auto& settings = connections_[connection];
  const auto host = [](const std::vector<std::string>& addresses) {
    return (addresses.empty() ? "192.0.2.1" : addresses.front()) + "[4500]";
  };
  IkeSa sa{.connection = connection,
           .unique_id = next_id_++,
           .state = "ESTABLISHED",
           .initiator = initiator,
           .local = host(settings.local_addrs),
           .remote = host(settings.remote_addrs),
           .proposal = "AES_GCM_16-256/CURVE_25519"};
  sa.children.push_back({.name = connection,
                         .unique_id = next_id_++,
                         .state = "INSTALLED",
                         .if_id_in = settings.if_id,
                         .udp_encapsulated = settings.force_encap,
                         .proposal = "AES_GCM_16-256"});
  emit(IkeSaUp{connection, sa.unique_id});
  emit(ChildSaUp{connection, sa.unique_id, sa.children.front().unique_id});
  sas_.push_back(std::move(sa));
}

void IkeControl::bring_down(std::uint32_t unique_id) {
  const auto found = std::ranges::find(sas_, unique_id, &IkeSa::unique_id);
  if (found == sas_.end()) return;
  const auto sa = std::move(*found);
  sas_.erase(found);
  emit(IkeSaDown{sa.connection, unique_id});
  for (const auto& child : sa.children)
    emit(ChildSaDown{sa.connection, unique_id, child.unique_id});
}

void IkeControl::rekey_ike(std::uint32_t unique_id) {
  const auto sa = std::ranges::find(sas_, unique_id, &IkeSa::unique_id);
  if (sa == sas_.end()) return;
  sa->unique_id = next_id_++;
  emit(IkeSaUp{sa->connection, sa->unique_id});
  for (const auto& child : sa->children) {
    emit(ChildSaUp{sa->connection, sa->unique_id, child.unique_id});
    emit(ChildSaDown{sa->connection, unique_id, child.unique_id});
  }
  emit(IkeSaDown{sa->connection, unique_id});
}

void IkeControl::rekey_child(std::uint32_t unique_id) {
  const auto sa = std::ranges::find(sas_, unique_id, &IkeSa::unique_id);
  if (sa == sas_.end()) return;
  for (auto& child : sa->children) {
    const auto old = std::exchange(child.unique_id, next_id_++);
    emit(ChildSaUp{sa->connection, unique_id, child.unique_id});
    emit(ChildSaDown{sa->connection, unique_id, old});
  }
}

void IkeControl::emit(IkeEvent event) {
  later([this, event = std::move(event)] {
    if (on_event_) on_event_(event);
  });
}

void IkeControl::later(Task task) {
  if (post_) return post_(std::move(task));
  queue_.push_back(std::move(task));
}

}  // namespace kaido::fake
