// A hub's login: everything between kaido-portal's socket and the store, and no kernel.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "adapters/certificate_judge/x509_judge.hpp"
#include "adapters/otp_vault/file_vault.hpp"
#include "adapters/portal_link/link.hpp"
#include "adapters/state_file/state_file.hpp"
#include "adapters/user_store/sqlite_store.hpp"
#include "adapters/workers/thread_pool.hpp"
#include "engine/people.hpp"
#include "engine/portal_door.hpp"
#include "engine/sessions.hpp"
#include "hub/ahead_clock.hpp"

namespace kaido::test {

struct HubOptions {
  std::string folder;  ///< the store's; it is there
  std::string portal_socket;
  std::string authorities;            ///< PEM: the CA of people's certificates
  std::vector<std::string> networks;  ///< what the group `staff` reaches
  unsigned session_minutes = 720;
  std::chrono::seconds ahead{0};
};

/// Wired as in engine/engine.cpp, with the adapters of app/main.cpp. What WireGuard would be told
/// is a line of JSON on standard output. On the thread of `io`.
class Hub : private Sessions::Listener, private LogSink {
 public:
  /// Throws std::runtime_error where a network or the authorities' file is unusable.
  Hub(boost::asio::io_context& io, const HubOptions& options);

  void start();

  [[nodiscard]] People& people() { return people_; }
  [[nodiscard]] AheadClock& clock() { return clock_; }
  [[nodiscard]] const session::Admissions& admissions() const { return board_.admissions; }

 private:
  void configure(const HubOptions& options);
  void admitted(const std::vector<WireGuardPeer>& peers) override;
  void withdrawn(const std::vector<WireGuardKey>& peers) override;
  void connections_changed(const session::IkeAdmissions& /*come*/,
                           const session::IkeAdmissions& /*gone*/) override {}
  void members_changed() override {}
  void sessions_known() override;
  void write(const LogEntry& entry) override;

  AheadClock clock_;
  StateFile notebook_;
  SqliteStore store_;
  FileVault vault_;
  X509Judge judge_;
  LoginPorts login_{.store = store_, .vault = vault_, .judge = judge_};
  portal_link::Link portal_;
  ThreadPool workers_;  // its work uses what is above
  Log log_{*this, clock_};
  Conditions conditions_;
  Board board_;
  People people_;
  Sessions sessions_;
  PortalDoor door_;
};

}  // namespace kaido::test
