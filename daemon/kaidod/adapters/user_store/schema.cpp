#include "adapters/user_store/schema.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <string>

namespace kaido::user_store {
namespace {

constexpr std::array<std::string_view, 2> kMigrations{
#include "adapters/user_store/migrations/0001.sql"
    ,
#include "adapters/user_store/migrations/0002.sql"
};

}  // namespace

std::span<const std::string_view> migrations() { return kMigrations; }

int newest_version() { return static_cast<int>(kMigrations.size()); }

void migrate(SQLite::Database& database, int from) {
  for (int version = from; version < newest_version(); ++version)
    database.exec(std::string(kMigrations.at(static_cast<std::size_t>(version))));
  database.exec("PRAGMA user_version = " + std::to_string(newest_version()));
}

}  // namespace kaido::user_store
