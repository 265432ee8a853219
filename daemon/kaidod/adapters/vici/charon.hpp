// The IKE port on strongSwan's charon, over VICI.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "ports/ike_control.hpp"

namespace kaido::vici {

/// Owns two connections to charon's socket: one for commands, one for events (so that an event is
/// not delayed by a long command), a timer to reconnect, and a watch on swanctl.
///
/// Threading: everything on the thread that runs the io_context, which must outlive this object.
/// Destroying it drops what is pending without calling anyone.
/// CharonUp comes when charon has answered `version`, all events are registered and its SAs are
/// known; the port loads nothing by itself, the owner calls reconcile(). CharonDown comes once when
/// either connection is lost and once when the first attempt of all fails; attempts go on after
/// 100 ms growing to 2 s. Orders run one at a time, in the order given; while charon is down they
/// complete with charon_absent (or permission_denied, when that is why).
///
/// CharonTouched comes when swanctl has run. `swanctl --load-all`, which strongswan.service runs
/// after each start and at each reload, unloads every connection and private key that the admin's
/// files do not name, and charon tells nobody: VICI has no event for it, and its log only a line
/// about keys. To ask every 2 s would be half of the wake-ups that an idle kaidod may have.
class Charon final : public IkeControl {
 public:
  static constexpr const char* kTool = "/usr/sbin/swanctl";

  Charon(boost::asio::io_context& io, std::string socket_path);
  ~Charon() override;
  Charon(const Charon&) = delete;
  Charon& operator=(const Charon&) = delete;

  void start(std::move_only_function<void(const IkeEvent&)> on_event) override;
  void set_credentials(IkeCredentials credentials, Done<void> done) override;
  void load(std::vector<IkeConnection> connections, Done<Names> done) override;
  void unload(std::vector<std::string> names, Done<Names> done) override;
  void reconcile(IkeDesired desired, Done<Names> done) override;
  void initiate(const std::string& connection, Done<void> done) override;
  void terminate(std::uint32_t unique_id, Done<void> done) override;
  void rekey(std::uint32_t unique_id, const std::string& connection, Done<void> done) override;
  void listen_to_log(bool wanted, Done<void> done) override;
  void list(Done<std::vector<IkeSa>> done) override;

 private:
  class Session;
  std::shared_ptr<Session> session_;
};

}  // namespace kaido::vici
