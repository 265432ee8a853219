// The tables, as a row of migrations that never change once they were released.
#pragma once

#include <span>
#include <string_view>

namespace SQLite {
class Database;
}

namespace kaido::user_store {

/// Marks the file as ours ("Kaid"): see PRAGMA application_id.
inline constexpr int kApplicationId = 0x4b616964;

/// The first makes version 1 of an empty database, each further one the next version.
[[nodiscard]] std::span<const std::string_view> migrations();
/// The newest version that this Kaido knows.
[[nodiscard]] int newest_version();
/// Inside a transaction of the caller. Throws what SQLiteCpp does.
void migrate(SQLite::Database& database, int from);

}  // namespace kaido::user_store
