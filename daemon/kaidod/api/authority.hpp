// Who may change something: root, and those to whom polkit says yes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace sdbus {
class IConnection;
class IProxy;
}  // namespace sdbus

namespace kaido::api {

/// Asks the bus whose connection it is, then polkit. Lives as long as one bus connection and must
/// be destroyed before it; questions that are open then are never answered.
///
/// Threading: the thread that processes the connection; nothing blocks. Timeouts: 5 s for the bus,
/// 120 s for polkit (a person may have to type a password). Every failure is a refusal, and so is a
/// question too many: one for each connection, 16 in all, so that nobody keeps the others from
/// asking.
class Authority {
 public:
  /// The user whose question was granted; nullopt: it was refused.
  using Answer = std::function<void(std::optional<std::uint32_t> uid)>;

  explicit Authority(sdbus::IConnection& connection);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// `sender` is a unique bus name, which only the bus can give; `action` a polkit action.
  void ask(const std::string& sender, const std::string& action, Answer answer);

 private:
  void ask_polkit(const std::string& sender, const std::string& action, std::uint32_t uid,
                  Answer answer);

  std::set<std::string> with_polkit_;  ///< who asked
  std::unique_ptr<sdbus::IProxy> bus_;
  std::unique_ptr<sdbus::IProxy> polkit_;
};

}  // namespace kaido::api
