#include "adapters/vici/apply.hpp"

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
  connection_->command("get-conns", Section{}, [self = shared_from_this()](Result<Section> answer) {
    if (!answer) return self->done_(std::unexpected(answer.error()));
    self->plan(*answer);
    self->send_some();
  });
}

void Apply::plan(const Section& answer) {
  present_.insert(answer.list("conns").begin(), answer.list("conns").end());
  plan_credentials();
  std::set<std::string_view> wanted;
  for (const auto& connection : desired_.connections) wanted.insert(connection.name);
  for (const auto& name : present_) {
    if (!is_ours(name) || wanted.contains(name)) continue;
    last_.push_back({"unload-conn", *encode(named(name)), [this, name](bool accepted) {
                       loaded_->connections.erase(name);
                       if (accepted) changed_.push_back(name);
                     }});
    // Refused when it has no SA, which is as good.
    last_.push_back({"terminate", *encode(terminate(name)), {}});
  }
}

void Apply::plan_credentials() {
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
                      [this](bool accepted) { credentials_accepted_ &= accepted; }});
  }
  if (print == loaded_->credentials) return first_.clear();
  if (first_.empty()) return;
  auto& final_step = first_.back();
  final_step.then = [this, print](bool accepted) {
    loaded_->credentials = credentials_accepted_ && accepted ? print : 0;
  };
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
  // Asked, not remembered: someone else may have unloaded it.
  if (known != loaded_->connections.end() && known->second == print &&
      present_.contains(wanted.name))
    return {};
  return Step{"load-conn", std::move(*message), [this, name = wanted.name, print](bool accepted) {
                if (!accepted) {
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
  if (!answer && step.command != "terminate" && !refusal_) refusal_ = answer.error();
  if (step.then) step.then(answer.has_value());
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
