// A new file that only its owner can read.
#pragma once

#include <string>

#include "exit.hpp"
#include "kaido/descriptor.hpp"
#include "kaido/secret.hpp"

namespace kaido::cli {

/// Made before there is anything to write, so that what cannot be had twice is not lost for want of
/// a place; removed again when it ends without write().
class SecretFile {
 public:
  /// Fails where there is a file of that name, a link too.
  [[nodiscard]] static Outcome<SecretFile> create(const std::string& name);
  SecretFile(SecretFile&& other) noexcept;
  SecretFile& operator=(SecretFile&&) = delete;
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  ~SecretFile();

  [[nodiscard]] Outcome<void> write(const Secret& content);

 private:
  SecretFile(std::string name, Descriptor descriptor);

  std::string name_;  ///< empty: nothing to remove
  Descriptor descriptor_;
};

}  // namespace kaido::cli
