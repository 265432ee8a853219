// What kaidod remembers, as JSON in its state folder.
#pragma once

#include <filesystem>

#include "ports/store.hpp"

namespace kaido {

/// Owns one file, mode 0600. A file that cannot be parsed is renamed to "….broken" and reported.
class StateFile final : public Store {
 public:
  explicit StateFile(std::filesystem::path file) : file_(std::move(file)) {}
  Result<Remembered> load() override;
  Result<void> save(const Remembered& remembered) override;

 private:
  std::filesystem::path file_;
};

}  // namespace kaido
