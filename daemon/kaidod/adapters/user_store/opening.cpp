#include "adapters/user_store/opening.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <span>
#include <string_view>

#include "adapters/user_store/chain.hpp"
#include "adapters/user_store/fault.hpp"
#include "adapters/user_store/schema.hpp"
#include "kaido/descriptor.hpp"

namespace kaido::user_store {
namespace {

constexpr int kBusyMilliseconds = 2000;
// https://www.sqlite.org/fileformat.html#the_database_header
constexpr int kHeaderSize = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);

[[noreturn]] void fail(const std::string& detail) {
  throw Fault(Condition::user_store_failed, detail);
}
[[noreturn]] void fail_by_errno(const std::string& path) {
  fail(path + ": " + std::strerror(errno));
}

/// By name only: to open it and to close it again would take the locks of SQLite from it (POSIX
/// locks end with the first close of any descriptor of a file).
void check_rights(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) fail_by_errno(path);
  if (!S_ISREG(status.st_mode))
    fail(path + " is not a plain file: move it away, and put the database itself there");
  if (status.st_uid != ::geteuid())
    fail(fmt::format("{0} belongs to user {1}, kaidod is user {2}: chown {2} {0}", path,
                     status.st_uid, ::geteuid()));
  if ((status.st_mode & 077U) != 0)
    fail(fmt::format("others than its owner may use {0}: chmod 600 {0}", path));
}

/// Looks at the header alone, before SQLite reads or writes anything: what is not ours stays as it
/// is, and the file may lack pages that only its log has, where a checkpoint was interrupted.
void check_ours(const SQLite::Database& database, const std::string& path) {
  sqlite3_file* file = nullptr;
  database.check(sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER,
                                      static_cast<void*>(&file)));
  std::array<std::uint8_t, kHeaderSize> header{};
  const auto read = file->pMethods->xRead(file, header.data(), kHeaderSize, 0);
  if (read != SQLITE_IOERR_SHORT_READ) database.check(read);
  const auto number = std::span(header).subspan<68, 4>();  // in network order
  const auto found = (std::uint32_t{number[0]} << 24U) | (std::uint32_t{number[1]} << 16U) |
                     (std::uint32_t{number[2]} << 8U) | number[3];
  if (found != kApplicationId || !std::ranges::equal(kMagic, std::span(header).first<16>()))
    fail(path + " is not a store of Kaido: move it away, or restore a backup");
}

void harden(SQLite::Database& database) {
  // What somebody else put into the schema shall not run.
  for (const auto option : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW})
    database.check(sqlite3_db_config(database.getHandle(), option, 0, nullptr));
  database.check(sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  database.exec(
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; "
      "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL");
}

void check_whole(SQLite::Database& database, const std::string& path) {
  const auto said = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (said != "ok") fail(fmt::format("{} is damaged: {}", path, said.substr(0, said.find('\n'))));
}

void bring_up_to_date(SQLite::Database& database, const std::string& path) {
  const auto version = database.execAndGet("PRAGMA user_version").getInt();
  if (version > newest_version())
    throw Fault(Condition::user_store_newer, fmt::format("{} has version {}, this Kaido knows {}",
                                                         path, version, newest_version()));
  if (version < 1) fail(path + " has no version: restore a backup");
  check_whole(database, path);
  if (database.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal")
    fail(path + ": its file system cannot hold a log (WAL) of SQLite");
  if (version == newest_version()) return;
  SQLite::Transaction all(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Read again: somebody else may have done it meanwhile. By itself: a statement that is not over
  // would lock the tables.
  const auto from = database.execAndGet("PRAGMA user_version").getInt();
  migrate(database, from);
  all.commit();
}

/// Removes what was begun, whatever happens.
class Scaffold {
 public:
  explicit Scaffold(std::string path) : path_(std::move(path)) { remove(); }
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  ~Scaffold() { remove(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void remove() const {
    ::unlink(path_.c_str());
    ::unlink((path_ + "-journal").c_str());
  }
  std::string path_;
};

void fill(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  harden(database);
  SQLite::Transaction all(database, SQLite::TransactionBehavior::IMMEDIATE);
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  migrate(database, 0);
  [[maybe_unused]] const auto head =
      append(database, {},
             {.at = std::time(nullptr), .actor = "kaidod", .act = session::Act::store_created});
  all.commit();
}

}  // namespace

std::optional<Identity> identity_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return Identity{.device = status.st_dev, .inode = status.st_ino};
}

void create_database(const std::string& path) {
  const Scaffold fresh(path + ".new");
  Descriptor file(
      ::open(fresh.path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file || ::fchmod(file.get(), 0600) != 0 || file.close() != 0) fail_by_errno(fresh.path());
  fill(fresh.path());
  // Left by a database that is gone: SQLite would play them into this one.
  for (const auto* const ending : {"-wal", "-shm", "-journal"}) ::unlink((path + ending).c_str());
  if (::rename(fresh.path().c_str(), path.c_str()) != 0) fail_by_errno(path);
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) fail_by_errno(parent.string());
}

Handle::Handle(std::string path) : path_(std::move(path)) {
  check_rights(path_);
  identity_ = identity_of(path_);
  database_ = std::make_unique<SQLite::Database>(path_, SQLite::OPEN_READWRITE, kBusyMilliseconds);
  check_ours(*database_, path_);
  harden(*database_);
  bring_up_to_date(*database_, path_);
  if (replaced()) fail(path_ + " was replaced while it was opened");
  // The first read made it, and it stays the same file as long as we have it.
  log_ = identity_of(path_ + "-wal");
}

Handle::~Handle() {
  const bool other = replaced();
  // So that the old file is whole, wherever it was moved: SQLite itself would leave it as it is.
  if (other && database_) database_->tryExec("PRAGMA wal_checkpoint(TRUNCATE)");
  database_.reset();
  if (other && log_ && identity_of(path_ + "-wal") == log_) ::unlink((path_ + "-wal").c_str());
}

}  // namespace kaido::user_store
