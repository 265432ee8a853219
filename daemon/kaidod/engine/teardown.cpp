// Everything is removed: by a client's wish, or by `kaidod --teardown` without a configuration.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>

#include "engine/engine.hpp"

namespace kaido {
namespace {

/// For charon to say that it is there, or not.
constexpr auto kCharonAnswers = std::chrono::seconds(3);

}  // namespace

void Engine::tear_down(Done<std::vector<std::string>> done) {
  farewell_.end();
  if (std::exchange(life_, Life::torn_down) == Life::adopting) tunnels_.begin_judging();
  if (routes_) routes_->stop();
  forwarding_.stop();
  auto removed = applier_.remove_everything();
  log_.write(Message::torn_down, board_.model.gateway.name,
             removed ? fmt::format("{} things", removed->size())
                     : "not all of it: " + removed.error().to_string());
  conditions_.raise("kaido", {Condition::torn_down, ""}, ports_.clock.now());
  tunnels_.feed(TornDown{});
  if (routes_) announcer_.routes(*routes_);
  judge();
  applier_.remove_connections([removed = std::move(removed), done = std::move(done)](
                                  const Result<std::vector<std::string>>& unloaded) mutable {
    // A charon that is not there has nothing loaded.
    if (removed && !unloaded && unloaded.error().condition != Condition::charon_absent)
      return done(std::unexpected(unloaded.error()));
    if (removed && unloaded)
      for (const auto& name : *unloaded) removed->push_back("unload connection " + name);
    done(std::move(removed));
  });
}

void Engine::teardown_offline(Done<std::vector<std::string>> done) {
  if (const auto known = notebook_.load(); !known) {
    // The machine's own settings cannot be given back.
    done = [error = known.error(),
            done = std::move(done)](Result<std::vector<std::string>> removed) mutable {
      if (removed) removed = std::unexpected(std::move(error));
      done(std::move(removed));
    };
  }
  // Charon's connections can only be unloaded once it answers, or is known to be absent.
  auto once = std::make_shared<Done<std::vector<std::string>>>(std::move(done));
  const auto go = [this, once] {
    if (*once) tear_down(std::exchange(*once, nullptr));
  };
  ports_.ike.start([go](const IkeEvent& event) {
    if (std::holds_alternative<CharonUp>(event) || std::holds_alternative<CharonDown>(event)) go();
  });
  adoption_timer_->set(ports_.clock.now() + kCharonAnswers, go);
}

}  // namespace kaido
