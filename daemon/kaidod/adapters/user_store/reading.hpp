// What the store is asked: each a read of the tables. All throw Fault and what SQLiteCpp does.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/user_store/statement.hpp"
#include "ports/user_store.hpp"

namespace kaido::user_store {

[[nodiscard]] std::vector<session::User> read_users(const SQLite::Database& database);
[[nodiscard]] std::optional<session::User> read_user(const SQLite::Database& database,
                                                     std::string_view name);
[[nodiscard]] std::vector<session::Device> read_devices(const SQLite::Database& database);
[[nodiscard]] std::optional<session::Device> read_device(const SQLite::Database& database,
                                                         const session::Fingerprint& of);
[[nodiscard]] std::optional<StoredOtp> read_otp(const SQLite::Database& database,
                                                std::string_view user);
[[nodiscard]] std::vector<StoredCode> read_codes(const SQLite::Database& database,
                                                 std::string_view user);
[[nodiscard]] std::vector<session::Session> read_sessions(
    const SQLite::Database& database, std::optional<session::WallTime> living_at);
[[nodiscard]] std::optional<session::Session> read_session(const SQLite::Database& database,
                                                           std::string_view id);
[[nodiscard]] std::vector<session::Failures> read_failures(const SQLite::Database& database,
                                                           std::span<const std::string> subjects);

}  // namespace kaido::user_store
