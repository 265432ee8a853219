// A plain, blocking VICI client, for what a test does behind the port's back.
#pragma once

#include <string>

#include "adapters/vici/codec.hpp"

namespace kaido::test {

/// Throws std::runtime_error when charon cannot be reached or answers nonsense.
class BareVici {
 public:
  explicit BareVici(const std::string& path);
  ~BareVici();
  BareVici(const BareVici&) = delete;
  BareVici& operator=(const BareVici&) = delete;

  /// The answer, whether or not it says "success".
  vici::Section command(const std::string& name, const vici::Section& message = {});

 private:
  std::string read(std::size_t size);
  int socket_ = -1;
};

}  // namespace kaido::test
