#include "adapters/user_store/chain.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <new>
#include <string>

namespace kaido::user_store {
namespace {

constexpr const char* kNewest =
    "SELECT number, hash, noted_at, actor, act, user_name, subject, detail, source FROM audit "
    "ORDER BY number DESC";
constexpr const char* kNewestOfUser =
    "SELECT number, hash, noted_at, actor, act, user_name, subject, detail, source FROM audit "
    "WHERE user_name = ? ORDER BY number DESC";
constexpr const char* kAll =
    "SELECT number, hash, noted_at, actor, act, user_name, subject, detail, source FROM audit "
    "ORDER BY number";

Hash next_hash(const Hash& before, std::uint64_t number, const session::AuditNote& note) {
  std::string covered(before.begin(), before.end());
  covered += session::audit_bytes(number, note);
  Hash hash{};
  if (EVP_Digest(covered.data(), covered.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
  return hash;
}

/// nullopt: nothing that this version could have written.
std::optional<session::AuditEntry> entry_of(const SQLite::Statement& row) {
  const auto hash = hash_at(row, 1);
  const auto act = session::parse_act(text(row, 4));
  if (!hash || !act || number(row, 0) < 1) return std::nullopt;
  return session::AuditEntry{.number = static_cast<std::uint64_t>(number(row, 0)),
                             .note = {.at = number(row, 2),
                                      .actor = text(row, 3),
                                      .act = *act,
                                      .user = text(row, 5),
                                      .subject = text(row, 6),
                                      .detail = text(row, 7),
                                      .source = text(row, 8)},
                             .hash = *hash};
}

/// What is wrong with the entry that should follow `last`; nullopt: nothing, and `last` is it.
std::optional<std::string> check(const SQLite::Statement& row, Point& last) {
  const auto due = last.number + 1;
  if (number(row, 0) != static_cast<std::int64_t>(due))
    return fmt::format("entry {} is missing", due);
  const auto entry = entry_of(row);
  if (!entry) return fmt::format("entry {} cannot be read", due);
  if (next_hash(last.hash, due, entry->note) != entry->hash)
    return fmt::format("entry {} was changed, or does not follow from the one before", due);
  last = {.number = due, .hash = entry->hash};
  return std::nullopt;
}

}  // namespace

Point chain_head(const SQLite::Database& database) {
  auto row = prepare(database, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
  if (!row.executeStep()) return {};
  return {.number = static_cast<std::uint64_t>(std::max<std::int64_t>(0, number(row, 0))),
          .hash = expect(hash_at(row, 1), "audit")};
}

bool on_chain(const SQLite::Database& database, const Point& point) {
  if (point.number == 0) return true;
  auto row = prepare(database, "SELECT hash FROM audit WHERE number = ?", point.number);
  return row.executeStep() && hash_at(row, 0) == point.hash;
}

Point append(const SQLite::Database& database, const Point& head, const session::AuditNote& note) {
  const auto number = head.number + 1;
  const Point next{.number = number, .hash = next_hash(head.hash, number, note)};
  run(database,
      "INSERT INTO audit (number, noted_at, actor, act, user_name, subject, detail, source, hash) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      number, note.at, note.actor, std::string_view(session::to_string(note.act)), note.user,
      note.subject, note.detail, note.source, next.hash);
  return next;
}

std::vector<session::AuditEntry> read_audit(const SQLite::Database& database,
                                            const AuditQuery& query) {
  auto row = query.user.empty() ? prepare(database, kNewest)
                                : prepare(database, kNewestOfUser, query.user);
  std::vector<session::AuditEntry> entries;
  while (entries.size() < query.newest && row.executeStep()) {
    auto entry = entry_of(row);
    if (entry && (!query.act || entry->note.act == *query.act))
      entries.push_back(*std::move(entry));
  }
  std::ranges::reverse(entries);
  return entries;
}

AuditVerdict verify_links(const SQLite::Database& database) {
  AuditVerdict verdict;
  Point last;
  auto row = prepare(database, kAll);
  while (row.executeStep()) {
    ++verdict.entries;
    if (verdict.fault) continue;  // the others are only counted
    verdict.fault = check(row, last);
    if (verdict.fault) verdict.first_bad = last.number + 1;
  }
  return verdict;
}

}  // namespace kaido::user_store
