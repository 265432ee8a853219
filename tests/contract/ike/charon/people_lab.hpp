// A hub's charon, which the port drives, and a person's laptop: a stock charon of which nothing is
// Kaido's, with whatever certificate and name it likes.
#pragma once

#include <string>
#include <vector>

#include "charon/lab.hpp"
#include "core/session/admissions.hpp"

namespace kaido::test {

class PeopleLab {
 public:
  /// Both charons run, and the laptop trusts the hub.
  PeopleLab();

  /// Of a device, as core makes them out of its admission: the one for its mail address, if the
  /// certificate has one, and the one for its subject.
  [[nodiscard]] std::vector<IkeConnection> connections(
      const std::string& certificate, const std::string& authority = "people-ca",
      const std::string& address = "10.88.0.2") const;
  [[nodiscard]] static std::string name(const std::string& certificate) {
    return "kaido-people-" + certificate;
  }
  [[nodiscard]] IkeCredentials credentials() const { return lab_.credentials("hub"); }
  [[nodiscard]] std::string list_of_revoked() const { return lab_.pki("people.crl"); }

  struct Attempt {
    std::string certificate = "alice";
    std::string identity = "alice@example.com";
    bool asks_for_address = true;
    bool greets = true;  ///< says INITIAL_CONTACT: what there was before of it is over
  };
  /// The laptop's charon has come in: established, with a child.
  bool comes_in(const Attempt& attempt);
  bool comes_in() { return comes_in(Attempt{}); }
  /// It forgets all that it had, without a word to the hub.
  void laptop_dies();
  void cut_cable() const { lab_.cut_cable(); }

  /// What the hub granted the SA of this connection, by charon's word: "remote-ts", "local-ts".
  [[nodiscard]] std::vector<std::string> granted(const std::string& connection, const char* what);
  [[nodiscard]] CharonDaemon& hub() { return lab_.hub(); }

 private:
  Lab lab_;
};

}  // namespace kaido::test
