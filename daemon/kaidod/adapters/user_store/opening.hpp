// How the database is made, checked and opened, and told from one that was put in its place.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

namespace kaido::user_store {

/// Which file it is, whatever its name.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};
/// nullopt: there is nothing, or nobody may see it.
[[nodiscard]] std::optional<Identity> identity_of(const std::string& path);

/// Makes it beside, with the first entry of the audit, and moves it into place: so what has the
/// name is always whole. Throws Fault and what SQLiteCpp does.
void create_database(const std::string& path);

/// An open database.
class Handle {
 public:
  /// Throws Fault and what SQLiteCpp does.
  explicit Handle(std::string path);
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  /// The log (WAL) of a database that was replaced goes too: SQLite would play it into the new one.
  ~Handle();

  [[nodiscard]] SQLite::Database& database() { return *database_; }
  /// Another file, or none, has the name now.
  [[nodiscard]] bool replaced() const { return identity_of(path_) != identity_; }

 private:
  std::string path_;
  std::optional<Identity> identity_;
  std::optional<Identity> log_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace kaido::user_store
