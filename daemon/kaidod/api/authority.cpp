#include "api/authority.hpp"

#include <sdbus-c++/Error.h>
#include <sdbus-c++/IConnection.h>
#include <sdbus-c++/IProxy.h>
#include <sdbus-c++/Message.h>

#include <chrono>
#include <utility>

namespace kaido::api {
namespace {

constexpr std::chrono::seconds bus_timeout{5};
constexpr std::chrono::seconds polkit_timeout{120};
constexpr const char* polkit_interface = "org.freedesktop.PolicyKit1.Authority";
constexpr std::uint32_t allow_interaction = 1;
constexpr std::size_t most_questions = 16;

/// The arguments of CheckAuthorization, (sa{sv})sa{ss}us: who, what, no details, no cancelling.
void write_question(sdbus::MethodCall& call, const std::string& sender, const std::string& action) {
  call.openStruct("sa{sv}");
  call << "system-bus-name";
  call.openContainer("{sv}");
  call.openDictEntry("sv");
  call << "name";
  call.openVariant("s");
  call << sender;
  call.closeVariant();
  call.closeDictEntry();
  call.closeContainer();
  call.closeStruct();
  call << action;
  call.openContainer("{ss}");
  call.closeContainer();
  call << allow_interaction << "";
}

}  // namespace

Authority::Authority(sdbus::IConnection& connection)
    : bus_(sdbus::createProxy(connection, "org.freedesktop.DBus", "/org/freedesktop/DBus")),
      polkit_(sdbus::createProxy(connection, "org.freedesktop.PolicyKit1",
                                 "/org/freedesktop/PolicyKit1/Authority")) {}

Authority::~Authority() = default;

void Authority::ask(const std::string& sender, const std::string& action, Answer answer) {
  // Not the message's credentials: reading them makes libsystemd ask the bus and wait for it.
  auto call = bus_->createMethodCall("org.freedesktop.DBus", "GetConnectionUnixUser");
  call << sender;
  bus_->callMethod(
      call,
      [this, sender, action, answer = std::move(answer)](sdbus::MethodReply& reply,
                                                         const sdbus::Error* error) {
        std::uint32_t uid = 0;
        if (error || !(reply >> uid)) return answer(std::nullopt);
        if (uid == 0) return answer(uid);
        try {
          ask_polkit(sender, action, uid, answer);
        } catch (const sdbus::Error&) {
          answer(std::nullopt);
        }
      },
      bus_timeout);
}

void Authority::ask_polkit(const std::string& sender, const std::string& action, std::uint32_t uid,
                           Answer answer) {
  if (with_polkit_.size() >= most_questions || with_polkit_.contains(sender))
    return answer(std::nullopt);
  auto call = polkit_->createMethodCall(polkit_interface, "CheckAuthorization");
  write_question(call, sender, action);
  polkit_->callMethod(
      call,
      [this, sender, uid, answer = std::move(answer)](sdbus::MethodReply& reply,
                                                      const sdbus::Error* error) {
        with_polkit_.erase(sender);
        bool authorized = false;
        if (error || !reply.enterStruct("bba{ss}") || !(reply >> authorized))
          return answer(std::nullopt);
        answer(authorized ? std::optional(uid) : std::nullopt);
      },
      polkit_timeout);
  with_polkit_.insert(sender);
}

}  // namespace kaido::api
