#include "adapters/vici/change.hpp"

#include <algorithm>
#include <utility>

namespace kaido::vici {
namespace {

// Enough that charon always has its next order while an answer is on its way back to us.
constexpr std::size_t kAhead = 4;

std::size_t fingerprint(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

/// What ends something is refused when that has ended already, which is as good.
bool may_be_refused(std::string_view command) {
  return command == "unload-conn" || command == "terminate" || command == "unload-key" ||
         command == "unload-pool";
}

template <typename Steps>
auto take(Steps& steps) {
  std::optional<typename Steps::value_type> step;
  if (steps.empty()) return step;
  step = std::move(steps.front());
  steps.pop_front();
  return step;
}

}  // namespace

Change::Change(std::shared_ptr<Connection> connection, std::shared_ptr<Loaded> loaded,
               SetLog set_log, Done done)
    : connection_(std::move(connection)),
      loaded_(std::move(loaded)),
      set_log_(std::move(set_log)),
      done_(std::move(done)) {}

void Change::set_credentials(const IkeCredentials& credentials, bool lost) {
  std::size_t print = 0;
  for (auto& command : load_credentials(credentials)) {
    auto message = encode(command.message);
    if (!message) {
      if (!refusal_) refusal_ = message.error();
      credentials_accepted_ = false;
      continue;
    }
    print = print * 31 + fingerprint(*message);
    credentials_.push_back({command.name, std::move(*message),
                            [this, is_key = command.name == "load-key"](const auto& answer) {
                              credentials_accepted_ &= answer.has_value();
                              if (is_key && answer) on_key(std::string(answer->get("id")));
                            }});
  }
  if (credentials.private_key_pem.empty()) retire_key();
  if (!lost && print == loaded_->credentials) return credentials_.clear();
  loaded_->credentials = 0;
  if (credentials_.empty()) return;
  auto& last = credentials_.back().then;
  last = [this, print, then = std::move(last)](const Result<Section>& answer) mutable {
    then(answer);
    loaded_->credentials = credentials_accepted_ ? print : 0;
  };
}

void Change::retire_key() {
  if (!loaded_->key.empty()) loaded_->retired_keys.push_back(std::exchange(loaded_->key, {}));
}

/// The key has been loaded; the one before it goes once the connections are those of the new one.
void Change::on_key(std::string id) {
  if (loaded_->key != id) retire_key();
  std::erase(loaded_->retired_keys, id);
  loaded_->key = std::move(id);
}

void Change::load(std::vector<IkeConnection> connections) {
  load_different(std::move(connections), {});
}

void Change::load_different(std::vector<IkeConnection> connections, Present present) {
  connections_ = std::move(connections);
  present_ = std::move(present);
}

void Change::unload(const std::string& name, const std::vector<std::string>& pools) {
  Section message;
  message.add("name", name);
  unloads_.push_back({"unload-conn", *encode(message), [this, name](const Result<Section>& answer) {
                        loaded_->connections.erase(name);
                        loaded_->pools.erase(name);
                        if (answer) changed_.push_back(name);
                      }});
  unloads_.push_back(
      {"terminate", *encode(pools.empty() ? terminate(name) : terminate_now(name)), {}});
  for (const auto& pool : pools)
    unloads_.push_back({"unload-pool", *encode(unload_pool(pool)), {}});
}

void Change::end(const std::string& name) {
  unloads_.push_back({"terminate", *encode(terminate_now(name)), {}});
}

std::optional<Change::Step> Change::next_step() {
  if (auto step = take(credentials_)) return step;
  if (auto step = next_connection()) return step;
  if (auto step = take(unloads_)) return step;
  if (auto step = next_key()) return step;
  if (std::exchange(clears_, false)) return Step{"clear-creds", *encode(Section{}), {}};
  return {};
}

std::optional<Change::Step> Change::next_connection() {
  while (loading_.empty() && position_ < connections_.size()) plan_load(connections_[position_++]);
  return take(loading_);
}

void Change::plan_load(const IkeConnection& wanted) {
  auto message = encode(load_conn(wanted));
  if (!message) {
    if (!refusal_) refusal_ = message.error();
    return;
  }
  const auto print = fingerprint(*message);
  const auto known = loaded_->connections.find(wanted.name);
  if (known != loaded_->connections.end() && known->second == print &&
      present_.contains(wanted.name))
    return;
  for (const auto& pool : load_pools(wanted))
    loading_.push_back({pool.name, *encode(pool.message), {}});
  loading_.push_back(
      {"load-conn", std::move(*message),
       [this, name = wanted.name, print, pools = pools_of(wanted)](const Result<Section>& answer) {
         loaded_->connections.erase(name);
         loaded_->pools.erase(name);
         if (!pools.empty()) loaded_->pools[name] = pools;
         if (!answer) return;
         loaded_->connections[name] = print;
         changed_.push_back(name);
       }});
}

std::optional<Change::Step> Change::next_key() {
  if (!drops_keys_ || loaded_->retired_keys.empty()) return {};
  const auto id = std::move(loaded_->retired_keys.back());
  loaded_->retired_keys.pop_back();
  return Step{"unload-key", *encode(unload_key(id)), {}};
}

void Change::run() {
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
  if (waiting_ > 0) return;
  if (refusal_) return report(std::unexpected(*refusal_));
  report(std::move(changed_));
}

void Change::on_answer(Step& step, const Result<Section>& answer) {
  --waiting_;
  if (!done_) return;
  if (!answer && answer.error().condition != Condition::charon_refused)
    return report(std::unexpected(answer.error()));
  if (!answer && !may_be_refused(step.command) && !refusal_) refusal_ = answer.error();
  if (step.then) step.then(answer);
  run();
}

void Change::report(Result<std::vector<std::string>> result) {
  auto done = std::exchange(done_, nullptr);
  if (!done) return;
  if (loads_ < kQuietFrom) return done(std::move(result));
  // Only when the log is back: the next order may be an initiate, whose failure stands there.
  set_log_(true, [done = std::move(done), result = std::move(result)]() mutable {
    done(std::move(result));
  });
}

}  // namespace kaido::vici
