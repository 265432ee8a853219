// What the store is told: each change as it applies to the tables.
#pragma once

#include "adapters/user_store/statement.hpp"
#include "ports/user_store.hpp"

namespace kaido::user_store {

/// Inside a transaction of the caller, who undoes what an error leaves half done. Throws what
/// SQLiteCpp does: that is an error of the whole call.
[[nodiscard]] Result<void> apply(const SQLite::Database& database, const Change& change);

}  // namespace kaido::user_store
