// The audit as a chain: each entry's hash covers the one before.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/user_store/statement.hpp"
#include "core/session/audit.hpp"
#include "ports/user_store.hpp"

namespace kaido::user_store {

/// An entry, by its number and hash; number 0: before the first.
struct Point {
  std::uint64_t number = 0;
  Hash hash{};
  friend bool operator==(const Point&, const Point&) = default;
};

// All of these throw what SQLiteCpp does.

/// The newest entry.
[[nodiscard]] Point chain_head(const SQLite::Database& database);
/// Is it still what the store holds at this number?
[[nodiscard]] bool on_chain(const SQLite::Database& database, const Point& point);
/// Appends an entry; gives the new head.
[[nodiscard]] Point append(const SQLite::Database& database, const Point& head,
                           const session::AuditNote& note);
/// Entries whose act this version does not know are left out.
[[nodiscard]] std::vector<session::AuditEntry> read_audit(const SQLite::Database& database,
                                                          const AuditQuery& query);
/// Numbers and hashes of all entries; says nothing of what is missing at the end.
[[nodiscard]] AuditVerdict verify_links(const SQLite::Database& database);

}  // namespace kaido::user_store
