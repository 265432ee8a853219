#include "api/bus_object.hpp"

#include <sdbus-c++/Error.h>
#include <sdbus-c++/Flags.h>
#include <sdbus-c++/IConnection.h>

#include <utility>

#include "kaido/dbus/names.hpp"

namespace kaido::api {
namespace {

constexpr char kTooMany[] = "org.freedesktop.DBus.Error.LimitsExceeded";

sdbus::Error internal(const std::exception& error) {
  return to_dbus(Error{Condition::internal, error.what()});
}

/// As the answer to whoever may not.
sdbus::Error denied(const char* action) {
  return to_dbus(
      Error{Condition::permission_denied, std::string("polkit does not grant ") + action});
}

}  // namespace

BusObject::BusObject(boost::asio::io_context& io, std::function<void()> offer, OnBus on_bus)
    : offer_(std::move(offer)),
      on_bus_(std::move(on_bus)),
      link_(std::make_shared<BusLink>(
          io, dbus::service,
          BusLink::Events{[this](sdbus::IConnection& connection) { connected(connection); },
                          [this](const std::string& why) { lost(why); }})),
      readings_(io),
      calls_(std::make_shared<Calls>(link_)) {}

void BusObject::start() { link_->start(); }

void BusObject::stop() {
  release();
  link_->stop();
}

void BusObject::connected(sdbus::IConnection& connection) {
  authority_ = std::make_unique<Authority>(connection);
  object_ = sdbus::createObject(connection, dbus::path);
  offer_();
  object_->finishRegistration();
  if (std::exchange(up_, true) != true) on_bus_(true, "");
}

void BusObject::lost(const std::string& why) {
  release();
  if (std::exchange(up_, false) != false) on_bus_(false, why);
}

/// Nothing that refers to the connection may outlive it, calls that wait for an answer included.
void BusObject::release() {
  readings_.clear();
  calls_->clear();
  authority_.reset();
  object_.reset();
}

void BusObject::add(const Method& method, std::function<void(sdbus::MethodCall)> handle) {
  object_->registerMethod(dbus::interface, method.name, method.in, method.in_names, method.out,
                          {method.out_name}, [handle = std::move(handle)](sdbus::MethodCall call) {
                            try {
                              handle(std::move(call));
                            } catch (const sdbus::Error&) {
                              throw;  // becomes the answer
                            } catch (const std::exception& error) {
                              throw internal(error);
                            }
                          });
}

void BusObject::reading(const Method& method, Fill fill) {
  add(method,
      [this, fill = std::move(fill)](sdbus::MethodCall call) { read(std::move(call), fill); });
}

void BusObject::reading(const Method& method, std::function<Fill(sdbus::MethodCall&)> ask) {
  add(method, [this, ask = std::move(ask)](sdbus::MethodCall call) {
    auto fill = ask(call);
    read(std::move(call), std::move(fill));
  });
}

void BusObject::changing(const Method& method, const char* action, Handler handle) {
  changing(method, action,
           ActorHandler([handle = std::move(handle)](sdbus::MethodCall& call, const Answer& answer,
                                                     const std::string& /*actor*/) {
             handle(call, answer);
           }));
}

void BusObject::changing(const Method& method, const char* action, ActorHandler handle) {
  add(method, [this, action, handle = std::move(handle)](sdbus::MethodCall call) {
    permit(std::move(call), action, handle);
  });
}

void BusObject::constant(const char* name, const std::string& value) {
  sdbus::Flags constant;
  constant.set(sdbus::Flags::CONST_PROPERTY_VALUE);
  object_->registerProperty(
      dbus::interface, name, "s", [value](sdbus::PropertyGetReply& reply) { reply << value; },
      constant);
}

void BusObject::signal(const char* name, const char* signature,
                       const std::vector<std::string>& names) {
  object_->registerSignal(dbus::interface, name, signature, names);
}

void BusObject::read(sdbus::MethodCall call, Fill fill) {
  const auto answer = calls_->hold(std::move(call));
  if (!readings_.add([answer, fill = std::move(fill)] { answer.fulfil(fill); }))
    answer.refuse(sdbus::Error(kTooMany, "too many questions wait for an answer"));
}

void BusObject::permit(sdbus::MethodCall call, const char* action, const ActorHandler& handle) {
  const auto sender = call.getSender();
  const auto answer = calls_->hold(std::move(call));
  authority_->ask(sender, action, [answer, handle, action](std::optional<std::uint32_t> uid) {
    auto* held = answer.call();
    if (held == nullptr) return;
    if (!uid) return answer.refuse(denied(action));
    try {
      handle(*held, answer, *uid == 0 ? "root" : "uid " + std::to_string(*uid));
    } catch (const sdbus::Error& error) {
      answer.refuse(error);  // arguments that are not what they should be
    } catch (const std::exception& error) {
      answer.refuse(internal(error));
    }
  });
}

void BusObject::emit(const char* name, const Fill& fill) {
  if (!object_ || !link_->accepts_signals()) return;
  try {
    auto message = object_->createSignal(dbus::interface, name);
    fill(message);
    object_->emitSignal(message);
  } catch (const sdbus::Error&) {  // NOLINT(bugprone-empty-catch): see the next line
    // A signal is a hint to look again; the link notices a broken bus by itself.
  }
  link_->sent();
}

}  // namespace kaido::api
