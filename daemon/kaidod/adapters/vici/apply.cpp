#include "adapters/vici/apply.hpp"

#include <algorithm>
#include <utility>

#include "adapters/vici/sas.hpp"

namespace kaido::vici {
namespace {

// Enough that charon always has its next order while an answer is on its way back to us.
constexpr std::size_t kAhead = 4;

std::size_t fingerprint(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

Section named(const std::string& name) {
  Section message;
  message.add("name", name);
  return message;
}

}  // namespace

Apply::Apply(std::shared_ptr<Connection> connection, std::shared_ptr<Loaded> loaded,
             IkeDesired desired, SetLog set_log, Done done)
    : connection_(std::move(connection)),
      loaded_(std::move(loaded)),
      desired_(std::move(desired)),
      set_log_(std::move(set_log)),
      done_(std::move(done)) {}

void Apply::run() {
  // Asked each time, not remembered: someone else may have unloaded them.
  connection_->command("get-conns", Section{}, [self = shared_from_this()](Result<Section> conns) {
    if (!conns) return self->done_(std::unexpected(conns.error()));
    self->connection_->command("get-keys", Section{},
                               [self, conns = std::move(*conns)](const Result<Section>& keys) {
                                 if (!keys) return self->done_(std::unexpected(keys.error()));
                                 self->plan(conns, *keys);
                                 self->send_some();
                               });
  });
}

void Apply::plan(const Section& connections, const Section& keys) {
  const auto& names = connections.list("conns");
  present_.insert(names.begin(), names.end());
  const bool last_of_all = leaves_nothing(keys.list("keys"));
  plan_credentials(keys.list("keys"));
  std::set<std::string_view> wanted;
  for (const auto& connection : desired_.connections) wanted.insert(connection.name);
  for (const auto& name : present_) {
    if (!is_ours(name) || wanted.contains(name)) continue;
    last_.push_back(
        {"unload-conn", *encode(named(name)), [this, name](const Result<Section>& answer) {
           loaded_->connections.erase(name);
           if (answer) changed_.push_back(name);
         }});
    // Refused when it has no SA, which is as good.
    last_.push_back({"terminate", *encode(terminate(name)), {}});
  }
  if (last_of_all) last_.push_back({"clear-creds", *encode(Section{}), {}});
}

/// Nothing of ours is to stay, and nobody else has a connection or a key: then the certificates go,
/// too. VICI has no order to unload one. (Which key an earlier process loaded charon does not say:
/// a single one beside our connections is ours.)
bool Apply::leaves_nothing(const std::vector<std::string>& keys) const {
  const auto ours = [](const std::string& name) { return is_ours(name); };
  const bool were_here = loaded_->credentials != 0 || std::ranges::any_of(present_, ours);
  const bool no_foreign_key =
      keys.empty() || (keys.size() == 1 && (loaded_->key.empty() || keys[0] == loaded_->key));
  return were_here && no_foreign_key && desired_ == IkeDesired{} &&
         std::ranges::all_of(present_, ours);
}

void Apply::plan_credentials(const std::vector<std::string>& keys) {
  std::size_t print = 0;
  for (auto& command : load_credentials(desired_.credentials)) {
    auto message = encode(command.message);
    if (!message) {
      if (!refusal_) refusal_ = message.error();
      credentials_accepted_ = false;
      continue;
    }
    print = print * 31 + fingerprint(*message);
    first_.push_back({command.name, std::move(*message),
                      [this, is_key = command.name == "load-key"](const Result<Section>& answer) {
                        credentials_accepted_ &= answer.has_value();
                        if (is_key && answer) on_key(std::string(answer->get("id")));
                      }});
  }
  if (desired_.credentials.private_key_pem.empty()) unload_key();
  const bool there = loaded_->key.empty() || std::ranges::count(keys, loaded_->key) > 0;
  // A key that is missing may be a sign that all credentials were cleared.
  if (there && print == loaded_->credentials) return first_.clear();
  if (first_.empty()) {
    loaded_->credentials = 0;
    return;
  }
  first_.back().then =
      [this, print, then = std::move(first_.back().then)](const Result<Section>& answer) mutable {
        then(answer);
        loaded_->credentials = credentials_accepted_ ? print : 0;
      };
}

/// The key has been loaded; the one before it goes once the connections are those of the new one.
void Apply::on_key(std::string id) {
  if (loaded_->key != id) unload_key();
  loaded_->key = std::move(id);
}

void Apply::unload_key() {
  if (loaded_->key.empty()) return;
  // Refused when someone was quicker, which is as good.
  last_.push_back({"unload-key", *encode(vici::unload_key(std::exchange(loaded_->key, {}))), {}});
}

std::optional<Apply::Step> Apply::next_step() {
  const auto take = [](std::deque<Step>& steps) {
    auto step = std::move(steps.front());
    steps.pop_front();
    return step;
  };
  if (!first_.empty()) return take(first_);
  if (auto step = next_connection()) return step;
  if (!last_.empty()) return take(last_);
  return {};
}

std::optional<Apply::Step> Apply::next_connection() {
  while (position_ < desired_.connections.size())
    if (auto step = load(desired_.connections[position_++])) return step;
  return {};
}

std::optional<Apply::Step> Apply::load(const IkeConnection& wanted) {
  auto message = encode(load_conn(wanted));
  if (!message) {
    if (!refusal_) refusal_ = message.error();
    return {};
  }
  const auto print = fingerprint(*message);
  const auto known = loaded_->connections.find(wanted.name);
  if (known != loaded_->connections.end() && known->second == print &&
      present_.contains(wanted.name))
    return {};
  return Step{"load-conn", std::move(*message),
              [this, name = wanted.name, print](const Result<Section>& answer) {
                if (!answer) {
                  loaded_->connections.erase(name);
                  return;
                }
                loaded_->connections[name] = print;
                changed_.push_back(name);
              }};
}

void Apply::send_some() {
  while (waiting_ < kAhead) {
    auto step = next_step();
    if (!step) break;
    ++waiting_;
    if (step->command == "load-conn" && ++loads_ == kQuietFrom) set_log_(false, [] {});
    auto message = std::exchange(step->message, {});
    auto name = step->command;
    connection_->command(
        std::move(name), std::move(message),
        [self = shared_from_this(), step = std::move(*step)](
            const Result<Section>& answer) mutable { self->on_answer(step, answer); });
  }
  if (waiting_ == 0) finish();
}

void Apply::on_answer(Step& step, const Result<Section>& answer) {
  --waiting_;
  if (!done_) return;
  if (!answer && answer.error().condition != Condition::charon_refused)
    return report(std::unexpected(answer.error()));
  const bool ends = step.command == "terminate" || step.command == "unload-key";
  if (!answer && !ends && !refusal_) refusal_ = answer.error();
  if (step.then) step.then(answer);
  send_some();
}

void Apply::finish() {
  if (!done_) return;
  if (refusal_) return report(std::unexpected(*refusal_));
  report(std::move(changed_));
}

void Apply::report(Result<std::vector<std::string>> result) {
  auto done = std::exchange(done_, nullptr);
  if (loads_ < kQuietFrom) return done(std::move(result));
  // Only when the log is back: the next order may be an initiate, whose failure stands there.
  set_log_(true, [done = std::move(done), result = std::move(result)]() mutable {
    done(std::move(result));
  });
}

}  // namespace kaido::vici
