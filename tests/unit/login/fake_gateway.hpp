// A portal with a kaidod behind it, as far as a client can tell: it verifies signatures.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "login/url.hpp"
#include "server.hpp"

namespace kaido::cli::login {

class FakeGateway {
 public:
  explicit FakeGateway(const Issued& identity);

  [[nodiscard]] HubUrl url() const;
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// What logins and questions are answered with from now on; empty: as a session that lives.
  void answer(std::string bytes);
  /// The bodies of all logins and questions so far.
  [[nodiscard]] std::vector<std::string> asked() const;
  /// Of the last of them: by the certificate's key, over what is to be signed.
  [[nodiscard]] bool signed_well() const;

 private:
  std::optional<std::string> reply(const Request& request);
  [[nodiscard]] std::string signed_text(const Request& request, const std::string& body) const;

  mutable std::mutex mutex_;
  std::string answer_;
  std::string nonce_;
  std::vector<std::string> asked_;
  bool signed_well_ = false;
  unsigned nonces_ = 0;
  Server server_;
};

inline constexpr std::int64_t kHubNow = 1'800'000'000;
inline constexpr std::int64_t kHubEnds = kHubNow + 26'400;
inline constexpr char kHubKey[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// What says that a session lives.
[[nodiscard]] std::string admitted(std::int64_t ends = kHubEnds, const std::string& key = kHubKey,
                                   const std::string& preshared_key = {});

}  // namespace kaido::cli::login
