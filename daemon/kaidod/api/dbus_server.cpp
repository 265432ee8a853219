#include "api/dbus_server.hpp"

#include <sdbus-c++/Error.h>
#include <sdbus-c++/Flags.h>
#include <sdbus-c++/IConnection.h>
#include <sdbus-c++/IObject.h>
#include <sdbus-c++/Message.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "api/authority.hpp"
#include "api/bus_link.hpp"
#include "api/readings.hpp"
#include "api/write.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::api {
namespace {

constexpr char kTooMany[] = "org.freedesktop.DBus.Error.LimitsExceeded";

sdbus::Error to_dbus(const Error& error) {
  auto text = error.detail.empty() ? std::string(info(error.condition).cause) : error.detail;
  return {dbus::error_name(error.condition), text};
}

sdbus::Error to_dbus(const Diagnostics& mistakes) {
  std::string text;
  for (const auto& mistake : mistakes) text.append(text.empty() ? "" : "\n") += mistake.to_string();
  return {dbus::error_name(Condition::config_invalid), text};
}

sdbus::Error to_dbus(const ApplyFailure& failure) {
  return std::visit([](const auto& what) { return to_dbus(what); }, failure);
}

void put(sdbus::Message& message, std::size_t count) {
  message << static_cast<std::uint32_t>(count);
}
void put(sdbus::Message& message, const std::vector<std::string>& lines) { message << lines; }
void put(sdbus::Message& message, const std::string& text) { message << text; }

}  // namespace

class DBusServer::Impl final : public Observer, public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, Control& control, OnBus on_bus)
      : control_(control),
        on_bus_(std::move(on_bus)),
        link_(std::make_shared<BusLink>(
            io, dbus::service,
            BusLink::Events{[this](sdbus::IConnection& connection) { connected(connection); },
                            [this](const std::string& why) { lost(why); }})),
        readings_(io) {}

  void start() {
    control_.set_observer(this);
    link_->start();
  }

  void stop() {
    control_.set_observer(nullptr);
    release();
    link_->stop();
  }

  void tunnel_changed(const TunnelReport& tunnel) override { signal("TunnelChanged", tunnel); }
  void network_changed(const NetworkReport& network) override { signal("NetworkChanged", network); }
  void path_changed(const PathReport& path) override { signal("PathChanged", path); }
  void logged(const LogEntry& entry) override { signal("Logged", entry); }
  void condition_changed(const ConditionReport& condition, bool raised) override {
    emit("ConditionChanged", [&](sdbus::Message& message) {
      write(message, condition);
      message << raised;
    });
  }
  void configuration_applied(const std::vector<std::string>& changes) override {
    emit("ConfigurationApplied", [&](sdbus::Message& message) { message << changes; });
  }

 private:
  using Call = sdbus::MethodCall;
  using Id = std::uint64_t;
  using Handler = void (Impl::*)(Id);

  void connected(sdbus::IConnection& connection) {
    authority_ = std::make_unique<Authority>(connection);
    object_ = sdbus::createObject(connection, dbus::path);
    register_reading();
    register_changing();
    register_signals();
    object_->finishRegistration();
    if (std::exchange(up_, true) != true) on_bus_(true, "");
  }

  void lost(const std::string& why) {
    release();
    if (std::exchange(up_, false) != false) on_bus_(false, why);
  }

  /// Nothing that refers to the connection may outlive it, calls that wait for an answer included.
  void release() {
    readings_.clear();
    waiting_.clear();
    authority_.reset();
    object_.reset();
  }

  void method(const char* name, const char* in, const std::vector<std::string>& in_names,
              const char* out, const char* out_name, std::function<void(Call)> handle) {
    object_->registerMethod(dbus::interface, name, in, in_names, out, {out_name},
                            [handle = std::move(handle)](Call call) {
                              try {
                                handle(std::move(call));
                              } catch (const sdbus::Error&) {
                                throw;  // becomes the answer
                              } catch (const std::exception& error) {
                                throw sdbus::Error(dbus::error_name(Condition::internal),
                                                   error.what());
                              }
                            });
  }

  template <typename Get>
  void reading(const char* name, const char* out, const char* out_name, Get get) {
    method(name, "", {}, out, out_name, [this, get](Call call) {
      read(std::move(call), [get](sdbus::Message& reply) { write(reply, get()); });
    });
  }

  void register_reading() {
    reading("Status", "a{sv}", "status", [this] { return control_.status(); });
    reading("ListTunnels", "aa{sv}", "tunnels",
            [this]() -> const auto& { return control_.tunnels(); });
    reading("ListUplinks", "aa{sv}", "uplinks", [this] { return control_.uplinks(); });
    reading("ListNetworks", "aa{sv}", "networks", [this] { return control_.networks(); });
    reading("Paths", "aa{sv}", "paths", [this] { return control_.paths(); });
    method("Log", "u", {"count"}, "aa{sv}", "entries", [this](Call call) {
      std::uint32_t count = 0;
      call >> count;
      read(std::move(call),
           [this, count](sdbus::Message& reply) { write(reply, control_.log(count)); });
    });
    method("Show", "", {}, "s", "text", [this](Call call) {
      read(std::move(call), [this](sdbus::Message& reply) { reply << control_.show(); });
    });
    sdbus::Flags constant;
    constant.set(sdbus::Flags::CONST_PROPERTY_VALUE);
    object_->registerProperty(
        dbus::interface, "Version", "s",
        [](sdbus::PropertyGetReply& reply) { reply << std::string(KAIDO_VERSION); }, constant);
  }

  void register_changing() {
    const auto guarded = [this](const char* action, Handler handler) {
      return [this, action, handler](Call call) { permit(std::move(call), action, handler); };
    };
    method("SetEnabled", "sb", {"name", "enabled"}, "u", "count",
           guarded(dbus::action_control, &Impl::set_enabled));
    method("SwitchNetwork", "ss", {"network", "path"}, "s", "in_use",
           guarded(dbus::action_control, &Impl::switch_network));
    method("Diff", "s", {"text"}, "as", "differences",
           guarded(dbus::action_configure, &Impl::diff));
    method("DiffFile", "", {}, "as", "differences",
           guarded(dbus::action_configure, &Impl::diff_file));
    method("Apply", "sb", {"text", "from_file"}, "as", "changes",
           guarded(dbus::action_configure, &Impl::apply));
    method("Teardown", "", {}, "as", "removed", guarded(dbus::action_configure, &Impl::teardown));
  }

  void register_signals() {
    object_->registerSignal(dbus::interface, "TunnelChanged", "a{sv}", {"tunnel"});
    object_->registerSignal(dbus::interface, "NetworkChanged", "a{sv}", {"network"});
    object_->registerSignal(dbus::interface, "PathChanged", "a{sv}", {"path"});
    object_->registerSignal(dbus::interface, "ConditionChanged", "a{sv}b", {"condition", "raised"});
    object_->registerSignal(dbus::interface, "ConfigurationApplied", "as", {"changes"});
    object_->registerSignal(dbus::interface, "Logged", "a{sv}", {"entry"});
  }

  // --- calls that are answered later ---

  Id hold(Call call) {
    waiting_.emplace(++last_id_, std::move(call));
    return last_id_;
  }

  /// Ends a held call with what `make` makes of it; one that is gone needs no end.
  template <typename Make>
  void finish(Id id, Make make) {
    const auto node = waiting_.extract(id);
    if (node.empty()) return;
    try {
      make(node.mapped()).send();
    } catch (const sdbus::Error&) {  // NOLINT(bugprone-empty-catch): see the next line
      // The caller or the bus is gone: nobody is there to be told.
    }
    link_->sent();
  }

  template <typename Fill>
  void read(Call call, Fill fill) {
    const auto id = hold(std::move(call));
    const bool taken = readings_.add([this, id, fill] {
      finish(id, [&](const Call& held) {
        try {
          auto reply = held.createReply();
          fill(reply);
          return reply;
        } catch (const std::exception& error) {
          return held.createErrorReply(to_dbus(Error{Condition::internal, error.what()}));
        }
      });
    });
    if (!taken) refuse(id, sdbus::Error(kTooMany, "too many questions wait for an answer"));
  }

  void refuse(Id id, const sdbus::Error& error) {
    finish(id, [&](const Call& call) { return call.createErrorReply(error); });
  }

  template <typename T, typename E>
  void answer(Id id, const std::expected<T, E>& outcome) {
    if (!outcome) return refuse(id, to_dbus(outcome.error()));
    finish(id, [&](const Call& call) {
      auto reply = call.createReply();
      put(reply, *outcome);
      return reply;
    });
  }

  void permit(Call call, const char* action, Handler handler) {
    const auto sender = call.getSender();
    const auto id = hold(std::move(call));
    authority_->ask(sender, action, [this, id, handler, action](bool permitted) {
      if (!waiting_.contains(id)) return;
      if (!permitted)
        return refuse(id, to_dbus(Error{Condition::permission_denied,
                                        std::string("polkit does not grant ") + action}));
      try {
        (this->*handler)(id);
      } catch (const std::exception& error) {
        refuse(id, to_dbus(Error{Condition::internal, error.what()}));
      }
    });
  }

  /// What a Control is given to answer with: harmless after the call, the bus or this is gone.
  template <typename T, typename E>
  auto answer_to(Id id) {
    return [weak = weak_from_this(), id](std::expected<T, E> outcome) {
      if (const auto self = weak.lock()) self->answer(id, outcome);
    };
  }

  void set_enabled(Id id) {
    std::string name;
    bool enabled = false;
    waiting_.at(id) >> name >> enabled;
    control_.set_enabled(name, enabled, answer_to<std::size_t, Error>(id));
  }

  void switch_network(Id id) {
    std::string network;
    std::string path;
    waiting_.at(id) >> network >> path;
    control_.switch_network(network, path, answer_to<std::string, Error>(id));
  }

  void diff(Id id) {
    std::string text;
    waiting_.at(id) >> text;
    answer(id, control_.diff(text));
  }

  void diff_file(Id id) { answer(id, control_.diff(std::nullopt)); }

  void apply(Id id) {
    std::string text;
    bool from_file = false;
    waiting_.at(id) >> text >> from_file;
    control_.apply(from_file ? std::nullopt : std::optional(std::move(text)),
                   answer_to<std::vector<std::string>, ApplyFailure>(id));
  }

  void teardown(Id id) { control_.teardown(answer_to<std::vector<std::string>, Error>(id)); }

  // --- signals ---

  template <typename Report>
  void signal(const char* name, const Report& report) {
    emit(name, [&](sdbus::Message& message) { write(message, report); });
  }

  template <typename Fill>
  void emit(const char* name, Fill fill) {
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

  Control& control_;
  OnBus on_bus_;
  std::shared_ptr<BusLink> link_;
  Readings readings_;
  std::unique_ptr<Authority> authority_;
  std::unique_ptr<sdbus::IObject> object_;
  std::map<Id, Call> waiting_;
  Id last_id_ = 0;
  std::optional<bool> up_;
};

DBusServer::DBusServer(boost::asio::io_context& io, Control& control, OnBus on_bus)
    : impl_(std::make_shared<Impl>(io, control, std::move(on_bus))) {
  impl_->start();
}

DBusServer::~DBusServer() { impl_->stop(); }

}  // namespace kaido::api
