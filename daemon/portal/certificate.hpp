// The portal's certificate and key, as TLS takes them; made anew when their files change. And when
// a client is asked for its own.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "portal/log.hpp"
#include "portal/names.hpp"
#include "portal/settings.hpp"

namespace kaido::portal {

class CertificateStore {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  /// Throws std::runtime_error when the pair is of no use.
  CertificateStore(Settings settings, Log& log);

  /// For one connection, which keeps it. Looks at the files when that was not done for a while.
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> current(Instant now);
  /// Reads the files. A pair that is of no use changes nothing, and the log has it.
  void reload();
  /// That requests may be for: those of the settings, or of the certificate.
  [[nodiscard]] const Names& names() const { return names_; }
  /// Once hands are shaken: whether there is anything to say to this client.
  [[nodiscard]] bool lets_in(const SSL& tls) const;

 private:
  /// Changes whenever a file is written or replaced.
  struct Stamp {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Stamps {
    Stamp certificate;
    Stamp key;
    Stamp authorities;
    friend bool operator==(const Stamps&, const Stamps&) = default;
  };
  static Stamp stamp_of(const std::string& path);
  [[nodiscard]] Stamps stamps() const;
  void load();

  Settings settings_;
  Log& log_;
  Stamps seen_;
  Instant looked_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  Names names_;
};

}  // namespace kaido::portal
