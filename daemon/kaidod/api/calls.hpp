// Method calls that wait for their answer.
#pragma once

#include <sdbus-c++/Error.h>
#include <sdbus-c++/Message.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>

#include "api/bus_link.hpp"
#include "api/errors.hpp"
#include "api/write.hpp"

namespace kaido::api {

class Answer;

/// Owns the calls of one bus connection that are not answered yet. On the engine's thread.
class Calls : public std::enable_shared_from_this<Calls> {
 public:
  using Id = std::uint64_t;
  /// Writes a result into its reply. What it throws becomes org.kaido.Error.Internal.
  using Fill = std::function<void(sdbus::Message& reply)>;

  explicit Calls(std::shared_ptr<BusLink> link) : link_(std::move(link)) {}

  [[nodiscard]] Answer hold(sdbus::MethodCall call);
  /// Null when it was answered, or went with its bus.
  [[nodiscard]] sdbus::MethodCall* find(Id id);
  /// These end a call. One that is gone needs no end.
  void fulfil(Id id, const Fill& fill);
  void refuse(Id id, const sdbus::Error& error);
  /// Forgets all, unanswered: their connection is about to end.
  void clear() { waiting_.clear(); }

 private:
  using Make = std::function<sdbus::MethodReply(const sdbus::MethodCall& call)>;
  void finish(Id id, const Make& make);

  std::shared_ptr<BusLink> link_;
  std::map<Id, sdbus::MethodCall> waiting_;
  Id last_id_ = 0;
};

/// Answers one held call; a copy answers the same. Only the first answer counts, and one after the
/// call, its bus or the server has gone does nothing. It is what a control takes as its Done.
class Answer {
 public:
  Answer(std::weak_ptr<Calls> calls, Calls::Id id) : calls_(std::move(calls)), id_(id) {}

  template <typename T, typename E>
  void operator()(const std::expected<T, E>& outcome) const {
    if (!outcome) return refuse(to_dbus(outcome.error()));
    fulfil([&](sdbus::Message& reply) { write(reply, *outcome); });
  }
  void fulfil(const Calls::Fill& fill) const;
  void refuse(const sdbus::Error& error) const;
  /// The call to be answered, valid until it is; null when it is gone.
  [[nodiscard]] sdbus::MethodCall* call() const;

 private:
  std::weak_ptr<Calls> calls_;
  Calls::Id id_;
};

}  // namespace kaido::api
