// What concerns people into D-Bus messages; the keys are in org.kaido.Gateway1.xml.
#pragma once

#include <vector>

#include "core/session/audit.hpp"
#include "core/session/people.hpp"
#include "engine/control/people_control.hpp"

namespace sdbus {
class Message;
}

namespace kaido::api {

/// One a{sv} each.
void write(sdbus::Message& message, const session::User& user);
void write(sdbus::Message& message, const session::Device& device);
void write(sdbus::Message& message, const session::Session& session);
void write(sdbus::Message& message, const session::AuditEntry& entry);
void write(sdbus::Message& message, const AuditVerdict& verdict);

}  // namespace kaido::api
