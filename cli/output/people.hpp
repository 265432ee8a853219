// Users, devices and sessions: as tables, and one in full. `now` is in seconds since 1970.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "output/terminal.hpp"
#include "people_report.hpp"

namespace kaido::cli {

[[nodiscard]] std::string draw_users(const std::vector<UserReport>& users, std::int64_t now,
                                     const Style& style);
/// With the person's devices and living sessions.
[[nodiscard]] std::string draw_user(const UserReport& user,
                                    const std::vector<DeviceReport>& devices,
                                    const std::vector<SessionReport>& sessions, std::int64_t now,
                                    const Style& style);

[[nodiscard]] std::string draw_devices(const std::vector<DeviceReport>& devices, std::int64_t now,
                                       const Style& style);
[[nodiscard]] std::string draw_device(const DeviceReport& device, std::int64_t now,
                                      const Style& style);

[[nodiscard]] std::string draw_sessions(const std::vector<SessionReport>& sessions, bool all,
                                        std::int64_t now, const Style& style);
[[nodiscard]] std::string draw_session(const SessionReport& session, std::int64_t now,
                                       const Style& style);

}  // namespace kaido::cli
