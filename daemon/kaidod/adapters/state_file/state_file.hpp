// What kaidod remembers, as JSON in its state folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "ports/notebook_file.hpp"

namespace kaido {

/// Owns one file, and one beside it with the firewall ("firewall.nft"), mode 0600. A file that
/// cannot be parsed is renamed to "….broken" and reported; one that cannot be read, or renamed, is
/// never written over.
class StateFile final : public NotebookFile {
 public:
  explicit StateFile(std::filesystem::path file) : file_(std::move(file)) {}
  Result<Remembered> load() override;
  Result<void> save(const Remembered& remembered) override;
  Result<std::string> load_firewall() override;
  Result<void> save_firewall(const std::string& body) override;

 private:
  std::unexpected<Error> unread(std::string detail);
  [[nodiscard]] std::filesystem::path firewall_file() const {
    return file_.parent_path() / "firewall.nft";
  }

  std::filesystem::path file_;
  std::optional<Error> unread_;
};

}  // namespace kaido
