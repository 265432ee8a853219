#include "adapters/user_store/sqlite_store.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <ctime>
#include <exception>
#include <type_traits>
#include <utility>

#include "adapters/user_store/chain.hpp"
#include "adapters/user_store/changes.hpp"
#include "adapters/user_store/checkpoint.hpp"
#include "adapters/user_store/fault.hpp"
#include "adapters/user_store/opening.hpp"
#include "adapters/user_store/reading.hpp"

namespace kaido {

using user_store::Fault;
using user_store::Point;

class SqliteStore::Impl {
 public:
  explicit Impl(Files files)
      : path_(std::move(files.database)),
        checkpoint_(std::move(files.checkpoint), std::move(files.key)) {}

  /// What `work` reads is all of one moment.
  template <typename Work>
  auto read(const Work& work) -> Result<std::invoke_result_t<Work, const SQLite::Database&>> {
    return guarded([&](SQLite::Database& database) {
      const SQLite::Transaction moment(database);
      return work(database);
    });
  }

  Result<std::vector<Result<void>>> commit(std::span<const Transaction> transactions);
  Result<AuditVerdict> verify();
  [[nodiscard]] bool restored() const { return restored_; }

 private:
  template <typename Work>
  auto guarded(const Work& work) -> Result<std::invoke_result_t<Work, SQLite::Database&>>;
  SQLite::Database& ready();
  void settle(SQLite::Database& database);
  void note_restored(SQLite::Database& database, const Point& known);
  void seal(const Point& head);

  std::string path_;
  user_store::Checkpoint checkpoint_;
  std::unique_ptr<user_store::Handle> handle_;
  std::optional<Point> seen_;  ///< the head, as we left it
  bool sealed_ = false;        ///< the checkpoint was good when it was read
  bool restored_ = false;
};

/// After anything unexpected the database is closed, which undoes what was not committed.
template <typename Work>
auto SqliteStore::Impl::guarded(const Work& work)
    -> Result<std::invoke_result_t<Work, SQLite::Database&>> {
  try {
    return work(ready());
  } catch (const Fault& fault) {
    handle_.reset();
    return failure(fault.condition(), fault.what());
  } catch (const std::exception& problem) {
    handle_.reset();
    return failure(Condition::user_store_failed, fmt::format("{}: {}", path_, problem.what()));
  }
}

SQLite::Database& SqliteStore::Impl::ready() {
  if (handle_ && handle_->replaced()) handle_.reset();
  if (handle_) return handle_->database();
  errno = 0;
  if (!user_store::identity_of(path_) && errno == ENOENT) {
    if (const auto made = checkpoint_.make_key(); !made)
      throw Fault(made.error().condition, made.error().detail);
    user_store::create_database(path_);
  }
  handle_ = std::make_unique<user_store::Handle>(path_);
  settle(handle_->database());
  return handle_->database();
}

/// Compares what the database holds with what is known to have been there.
void SqliteStore::Impl::settle(SQLite::Database& database) {
  const auto found = checkpoint_.read();
  const auto head = user_store::chain_head(database);
  sealed_ = !found.fault;
  if (found.missing && !seen_ && head.number == 1) {
    // A new database. Nothing is committed before there is a checkpoint.
    if (const auto written = checkpoint_.write(head); !written)
      throw Fault(written.error().condition, written.error().detail);
    sealed_ = true;
  }
  auto known = found.point.value_or(Point{});
  if (seen_ && seen_->number >= known.number) known = *seen_;
  if (user_store::on_chain(database, known)) {
    seen_ = head;
  } else {
    note_restored(database, known);
  }
}

void SqliteStore::Impl::note_restored(SQLite::Database& database, const Point& known) {
  SQLite::Transaction all(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Which of them were used since the backup is not known any more.
  database.exec("DELETE FROM codes");
  // Nor which sessions were ended: all of them log in again.
  const auto now = std::time(nullptr);
  database.exec(
      fmt::format("UPDATE sessions SET ended = {}, reason = '{}' WHERE ended = 0 AND ends > {}",
                  now, to_string(session::EndReason::by_admin), now));
  const auto before = user_store::chain_head(database);
  const auto head = user_store::append(
      database, before,
      {.at = now,
       .actor = "kaidod",
       .act = session::Act::store_restored,
       .detail = fmt::format("entry {} was seen before and is not here", known.number)});
  all.commit();
  restored_ = true;
  seal(head);
}

/// A checkpoint that cannot be written is no error: the older one stays on the chain.
void SqliteStore::Impl::seal(const Point& head) {
  seen_ = head;
  if (!sealed_) return;
  [[maybe_unused]] const auto written = checkpoint_.write(head);
}

namespace {

/// All of one transaction, or an error and nothing of it.
Result<void> apply_all(SQLite::Database& database, const Transaction& transaction, Point& head) {
  database.exec("SAVEPOINT one");
  Result<void> done;
  for (const auto& change : transaction.changes)
    if (done) done = user_store::apply(database, change);
  if (done) {
    for (const auto& note : transaction.notes) head = user_store::append(database, head, note);
  } else {
    database.exec("ROLLBACK TO one");
  }
  database.exec("RELEASE one");
  return done;
}

}  // namespace

Result<std::vector<Result<void>>> SqliteStore::Impl::commit(
    std::span<const Transaction> transactions) {
  return guarded([&](SQLite::Database& database) {
    if (!sealed_ || user_store::chain_head(database) != seen_) settle(database);
    std::vector<Result<void>> results;
    SQLite::Transaction all(database, SQLite::TransactionBehavior::IMMEDIATE);
    const auto before = user_store::chain_head(database);
    auto head = before;
    for (const auto& transaction : transactions)
      results.push_back(apply_all(database, transaction, head));
    all.commit();
    if (head != before) seal(head);
    return results;
  });
}

Result<AuditVerdict> SqliteStore::Impl::verify() {
  return guarded([&](SQLite::Database& database) {
    // Before the entries: one that is written meanwhile may be newer than they are.
    const auto found = checkpoint_.read();
    const SQLite::Transaction moment(database);
    auto verdict = user_store::verify_links(database);
    if (verdict.fault) return verdict;
    const auto end = user_store::chain_head(database).number;
    for (const auto& known : {found.point, seen_}) {
      if (verdict.fault || !known || user_store::on_chain(database, *known)) continue;
      verdict.fault =
          known->number > end
              ? fmt::format("{} entries are missing at the end", known->number - end)
              : fmt::format("the entries up to {} are not those that were there", known->number);
    }
    // A new store may lose it: it is made again at the next opening.
    const bool excused = found.missing && end == 1;
    if (!verdict.fault && !excused) verdict.fault = found.fault;
    return verdict;
  });
}

SqliteStore::SqliteStore(Files files) : impl_(std::make_unique<Impl>(std::move(files))) {}
SqliteStore::~SqliteStore() = default;

Result<std::vector<session::User>> SqliteStore::users() {
  return impl_->read(user_store::read_users);
}

Result<std::optional<session::User>> SqliteStore::user(std::string_view name) {
  return impl_->read([&](const auto& database) { return user_store::read_user(database, name); });
}

Result<std::vector<session::Device>> SqliteStore::devices() {
  return impl_->read(user_store::read_devices);
}

Result<std::optional<session::Device>> SqliteStore::device(const session::Fingerprint& of) {
  return impl_->read([&](const auto& database) { return user_store::read_device(database, of); });
}

Result<std::optional<StoredOtp>> SqliteStore::otp(std::string_view user) {
  return impl_->read([&](const auto& database) { return user_store::read_otp(database, user); });
}

Result<std::vector<StoredCode>> SqliteStore::codes(std::string_view user) {
  return impl_->read([&](const auto& database) { return user_store::read_codes(database, user); });
}

Result<std::vector<session::Session>> SqliteStore::sessions(
    std::optional<session::WallTime> living_at) {
  return impl_->read(
      [&](const auto& database) { return user_store::read_sessions(database, living_at); });
}

Result<std::optional<session::Session>> SqliteStore::session(std::string_view id) {
  return impl_->read([&](const auto& database) { return user_store::read_session(database, id); });
}

Result<std::vector<session::Failures>> SqliteStore::failures(
    std::span<const std::string> subjects) {
  return impl_->read(
      [&](const auto& database) { return user_store::read_failures(database, subjects); });
}

Result<std::vector<session::AuditEntry>> SqliteStore::audit(const AuditQuery& query) {
  return impl_->read([&](const auto& database) { return user_store::read_audit(database, query); });
}

Result<AuditVerdict> SqliteStore::verify_audit() { return impl_->verify(); }

bool SqliteStore::restored() { return impl_->restored(); }

Result<std::vector<Result<void>>> SqliteStore::commit(std::span<const Transaction> transactions) {
  return impl_->commit(transactions);
}

}  // namespace kaido
