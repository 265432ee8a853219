// A system bus of the test's own, under the policy that Kaido ships.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace kaido::api {

/// Points DBUS_SYSTEM_BUS_ADDRESS of this process at a dbus-daemon in a folder of its own; both
/// end with it.
class PrivateBus {
 public:
  PrivateBus();
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  void start();  ///< returns when it listens
  void stop();   ///< as if it had crashed
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void write_configuration() const;

  std::filesystem::path folder_;
  std::string address_;
  pid_t pid_ = 0;
};

}  // namespace kaido::api
