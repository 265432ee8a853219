#include "adapters/vici/link.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/vici/listing.hpp"

namespace kaido::vici {
namespace {

constexpr std::array kEvents{"ike-updown",  "child-updown", "ike-rekey",
                             "child-rekey", "ike-update",   "log"};

}  // namespace

Link::Link(boost::asio::io_context& io, std::string path, Handlers handlers)
    : io_(io), retry_(io), path_(std::move(path)), handlers_(std::move(handlers)) {}

void Link::start() { attempt(); }

void Link::stop() {
  stopped_ = true;
  up_ = false;
  retry_.cancel();
  if (events_) events_->close();
  if (commands_) commands_->close();
}

std::shared_ptr<Connection> Link::make(Step when_open) {
  const auto weak = weak_from_this();
  auto connection = std::make_shared<Connection>(
      io_, path_,
      Connection::Handlers{.on_open =
                               [weak, when_open](const Result<void>& opened) {
                                 const auto self = weak.lock();
                                 if (!self || self->stopped_) return;
                                 if (!opened) return self->lost(opened.error());
                                 ((*self).*when_open)();
                               },
                           .on_event =
                               [weak](const std::string& name, const Section& message) {
                                 const auto self = weak.lock();
                                 if (self && !self->stopped_)
                                   self->handlers_.on_event(name, message);
                               },
                           .on_closed =
                               [weak](const Error& error) {
                                 const auto self = weak.lock();
                                 if (self && !self->stopped_) self->lost(error);
                               }});
  connection->open();
  return connection;
}

// One after the other: events are registered before anything is asked, so that nothing that
// happens after the answer can be missed.
void Link::attempt() {
  if (stopped_) return;
  events_ = make(&Link::subscribe);
}

void Link::subscribe() {
  for (const std::string event : kEvents) {
    events_->subscribe(event, [weak = weak_from_this(), event](const Result<Section>& result) {
      const auto self = weak.lock();
      if (!self || self->stopped_) return;
      if (!result && result.error().condition == Condition::charon_refused)
        return self->lost(result.error());
      if (result && event == kEvents.back()) self->commands_ = self->make(&Link::ask_version);
    });
  }
}

void Link::ask_version() {
  commands_->command("version", Section{}, [weak = weak_from_this()](Result<Section> answer) {
    const auto self = weak.lock();
    if (!self || self->stopped_) return;
    if (answer) return self->ask_sas(std::string(answer->get("version")));
    // Any other error has closed the connection, and that is reported for itself.
    if (answer.error().condition == Condition::charon_refused) self->lost(answer.error());
  });
}

void Link::ask_sas(std::string version) {
  list_sas(*commands_, [weak = weak_from_this(),
                        version = std::move(version)](const Result<std::vector<IkeSa>>& sas) {
    const auto self = weak.lock();
    if (!self || self->stopped_) return;
    if (!sas) {
      if (sas.error().condition == Condition::charon_refused) self->lost(sas.error());
      return;
    }
    self->up_ = true;
    self->told_down_ = false;
    self->delay_ = kFirstRetry;
    self->handlers_.on_up(version, *sas);
  });
}

void Link::set_log(bool on, std::move_only_function<void()> then) {
  if (!events_) return then();
  auto reply = [then = std::move(then)](const Result<Section>&) mutable { then(); };
  if (on)
    events_->subscribe("log", std::move(reply));
  else
    events_->unsubscribe("log", std::move(reply));
}

void Link::lost(const Error& error) {
  const auto keep = shared_from_this();
  const bool tell = up_ || !told_down_;
  up_ = false;
  told_down_ = true;
  reason_ = error;
  // Whichever of the two was lost, what waits for the other has to end as well.
  const auto events = std::exchange(events_, nullptr);
  const auto commands = std::exchange(commands_, nullptr);
  if (commands) commands->abort(error);
  if (events) events->abort(error);
  if (stopped_) return;
  retry_.expires_after(delay_);
  delay_ = std::min(delay_ * 2, kLastRetry);
  retry_.async_wait([weak = weak_from_this()](boost::system::error_code code) {
    const auto self = weak.lock();
    if (!code && self) self->attempt();
  });
  if (tell) handlers_.on_down(error);
}

}  // namespace kaido::vici
