#include "api/calls.hpp"

#include <utility>

namespace kaido::api {

Answer Calls::hold(sdbus::MethodCall call) {
  waiting_.emplace(++last_id_, std::move(call));
  return {weak_from_this(), last_id_};
}

sdbus::MethodCall* Calls::find(Id id) {
  const auto found = waiting_.find(id);
  return found == waiting_.end() ? nullptr : &found->second;
}

void Calls::fulfil(Id id, const Fill& fill) {
  finish(id, [&](const sdbus::MethodCall& call) {
    try {
      auto reply = call.createReply();
      fill(reply);
      return reply;
    } catch (const std::exception& error) {
      return call.createErrorReply(to_dbus(Error{Condition::internal, error.what()}));
    }
  });
}

void Calls::refuse(Id id, const sdbus::Error& error) {
  finish(id, [&](const sdbus::MethodCall& call) { return call.createErrorReply(error); });
}

void Calls::finish(Id id, const Make& make) {
  const auto node = waiting_.extract(id);
  if (node.empty()) return;
  try {
    make(node.mapped()).send();
  } catch (const sdbus::Error&) {  // NOLINT(bugprone-empty-catch): see the next line
    // The caller or the bus is gone: nobody is there to be told.
  }
  link_->sent();
}

void Answer::fulfil(const Calls::Fill& fill) const {
  if (const auto calls = calls_.lock()) calls->fulfil(id_, fill);
}

void Answer::refuse(const sdbus::Error& error) const {
  if (const auto calls = calls_.lock()) calls->refuse(id_, error);
}

sdbus::MethodCall* Answer::call() const {
  const auto calls = calls_.lock();
  return calls ? calls->find(id_) : nullptr;
}

}  // namespace kaido::api
