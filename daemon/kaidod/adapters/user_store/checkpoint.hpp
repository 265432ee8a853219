// The checkpoint of the audit: how far the chain was seen, signed, outside of the database. Who
// cuts entries off the end, or puts an older database in place, does not have it in step.
#pragma once

#include <optional>
#include <string>

#include "adapters/user_store/chain.hpp"
#include "kaido/error.hpp"
#include "kaido/secret.hpp"

namespace kaido::user_store {

class Checkpoint {
 public:
  struct Found {
    std::optional<Point> point;        ///< nullopt: with `fault`
    std::optional<std::string> fault;  ///< for people
    bool missing = false;              ///< the key is good, but there is no checkpoint
  };

  Checkpoint(std::string file, std::string key_file)
      : file_(std::move(file)), key_file_(std::move(key_file)) {}

  /// For a new database: makes the key if there is none.
  [[nodiscard]] Result<void> make_key() const;
  /// Reads the key too.
  [[nodiscard]] Found read();
  /// With the key that was read last. On failure the old checkpoint stays: it is on the chain too.
  [[nodiscard]] Result<void> write(const Point& point) const;

 private:
  /// What is wrong; nullopt: it was read.
  std::optional<std::string> read_key();
  [[nodiscard]] Hash sign(const Point& point) const;

  std::string file_;
  std::string key_file_;
  Secret key_;
};

}  // namespace kaido::user_store
