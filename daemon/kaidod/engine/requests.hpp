// What clients ask, subject by subject: the controls of control/, on the parts of an engine.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/identities.hpp"
#include "core/wireguard.hpp"
#include "engine/control/controls.hpp"
#include "ports/clock.hpp"

namespace kaido {

class Engine;

class Requests final : private GatewayControl,
                       private TunnelControl,
                       private NetworkControl,
                       private ConfigurationControl {
 public:
  explicit Requests(Engine& engine);

  [[nodiscard]] Controls controls();
  /// A tunnel has changed: what was told of them is old.
  void forget_reports() { reports_until_ = {}; }

 private:
  StatusReport status() override;
  std::vector<UplinkReport> uplinks() override;
  std::vector<LogEntry> log(std::size_t count) override;
  void teardown(Done<std::vector<std::string>> done) override;
  void set_observer(Observer* observer) override;

  const std::vector<TunnelReport>& tunnels() override;
  void set_enabled(const std::string& name, bool enabled, Done<std::size_t> done) override;

  std::vector<NetworkReport> networks() override;
  std::vector<PathReport> paths() override;
  void switch_network(const std::string& network, const std::string& path,
                      Done<std::string> done) override;

  std::expected<std::vector<std::string>, Diagnostics> diff(
      const std::optional<std::string>& text) override;
  void apply(std::optional<std::string> text,
             Done<std::vector<std::string>, ApplyFailure> done) override;
  std::string show() override;

  void put_into_force(LoadedConfiguration wanted,
                      Done<std::vector<std::string>, ApplyFailure> done);
  void refuse(const std::string& why);
  [[nodiscard]] std::vector<TunnelReport> make_reports();
  [[nodiscard]] std::string public_key_of(const Tunnel& tunnel);

  Engine& engine_;
  Instant started_;
  std::vector<TunnelReport> reports_;
  Instant reports_until_;  ///< they are given again until then, or until a tunnel changes
  /// Of the hub (0) or of the slot with this number: what was derived, and of what.
  std::map<std::uint8_t, std::pair<WireGuardPrivateKey, std::string>> public_keys_;
};

}  // namespace kaido
