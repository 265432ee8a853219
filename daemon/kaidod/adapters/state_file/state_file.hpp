// What kaidod remembers, as JSON in its state folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ports/store.hpp"

namespace kaido {

/// Owns one file, mode 0600. A file that cannot be parsed is renamed to "….broken" and reported;
/// one that cannot be read, or renamed, is never written over.
class StateFile final : public Store {
 public:
  explicit StateFile(std::filesystem::path file) : file_(std::move(file)) {}
  Result<Remembered> load() override;
  Result<void> save(const Remembered& remembered) override;

 private:
  std::unexpected<Error> unread(std::string detail);

  std::filesystem::path file_;
  std::optional<Error> unread_;
};

}  // namespace kaido
