// Statements with their values bound, and columns as our types.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/user_store/fault.hpp"

namespace kaido::user_store {

using Hash = std::array<std::uint8_t, 32>;

/// Binds by position; everything is copied.
class Binder {
 public:
  explicit Binder(SQLite::Statement& statement) : statement_(statement) {}
  void add(std::string_view text) { statement_.bind(++index_, std::string(text)); }
  void add(std::span<const std::uint8_t> bytes) {
    // A null pointer would be NULL.
    const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
    statement_.bind(++index_, data, static_cast<int>(bytes.size()));
  }
  template <std::integral T>
  void add(T value) {
    statement_.bind(++index_, static_cast<std::int64_t>(value));
  }
  template <typename T>
  void add(const std::optional<T>& value) {
    if (value) return add(*value);
    statement_.bind(++index_);
  }

 private:
  SQLite::Statement& statement_;
  int index_ = 0;
};

[[nodiscard]] inline SQLite::Statement prepare(const SQLite::Database& database, const char* sql) {
  return {database, sql};
}
template <typename First, typename... Others>
[[nodiscard]] SQLite::Statement prepare(const SQLite::Database& database, const char* sql,
                                        const First& first, const Others&... others) {
  SQLite::Statement statement(database, sql);
  Binder binder(statement);
  binder.add(first);
  (binder.add(others), ...);
  return statement;
}

/// How many rows it changed.
template <typename... Values>
int run(const SQLite::Database& database, const char* sql, const Values&... values) {
  return prepare(database, sql, values...).exec();
}

/// Is there a row?
template <typename... Values>
[[nodiscard]] bool any(const SQLite::Database& database, const char* sql, const Values&... values) {
  return prepare(database, sql, values...).executeStep();
}

inline std::string text(const SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}
inline std::int64_t number(const SQLite::Statement& row, int column) {
  return row.getColumn(column).getInt64();
}
inline bool flag(const SQLite::Statement& row, int column) { return number(row, column) != 0; }

inline std::vector<std::uint8_t> bytes(const SQLite::Statement& row, int column) {
  const auto value = row.getColumn(column);
  const auto* const data = static_cast<const std::uint8_t*>(value.getBlob());
  return {data, data + value.getBytes()};
}

/// nullopt: of another size.
inline std::optional<Hash> hash_at(const SQLite::Statement& row, int column) {
  const auto all = bytes(row, column);
  Hash hash{};
  if (all.size() != hash.size()) return std::nullopt;
  std::ranges::copy(all, hash.begin());
  return hash;
}

/// A value that is not ours makes the whole call fail: somebody else wrote it.
template <typename T>
[[nodiscard]] T expect(std::optional<T> value, const char* table) {
  if (value) return *std::move(value);
  throw Fault(Condition::user_store_failed,
              std::string("the table ") + table + " holds a value that Kaido does not write");
}
template <std::unsigned_integral T>
[[nodiscard]] T small_number(const SQLite::Statement& row, int column, const char* table) {
  const auto value = number(row, column);
  return expect(std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt,
                table);
}

}  // namespace kaido::user_store
