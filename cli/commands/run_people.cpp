#include <algorithm>
#include <array>
#include <stdexcept>

#include "commands/commands.hpp"

namespace kaido::cli {
namespace {

struct Command {
  Verb verb;
  Exit (*run)(const Options& options);
};

constexpr std::array table{
    Command{Verb::user_add, commands::user_add},
    Command{Verb::user_list, commands::user_list},
    Command{Verb::user_show, commands::user_show},
    Command{Verb::user_disable, commands::user_enable},
    Command{Verb::user_enable, commands::user_enable},
    Command{Verb::user_set, commands::user_set},
    Command{Verb::user_remove, commands::user_remove},
    Command{Verb::user_import, commands::user_import},
    Command{Verb::otp_new, commands::otp_new},
    Command{Verb::otp_verify, commands::otp_verify},
    Command{Verb::otp_recovery_codes, commands::otp_recovery_codes},
    Command{Verb::otp_bypass, commands::otp_bypass},
    Command{Verb::device_add, commands::device_add},
    Command{Verb::device_list, commands::device_list},
    Command{Verb::device_enable, commands::device_enable},
    Command{Verb::device_disable, commands::device_enable},
    Command{Verb::device_remove, commands::device_remove},
    Command{Verb::session_list, commands::session_list},
    Command{Verb::session_show, commands::session_show},
    Command{Verb::session_end, commands::session_end},
    Command{Verb::session_extend, commands::session_extend},
    Command{Verb::audit, commands::audit},
    Command{Verb::audit_verify, commands::audit_verify},
    Command{Verb::login_explain, commands::login_explain},
};
constexpr auto first = static_cast<std::size_t>(Verb::user_add);
static_assert(table.size() == static_cast<std::size_t>(Verb::login_explain) - first + 1);

}  // namespace

Exit run_people(const Options& options) {
  const auto* const command = std::ranges::find(table, options.verb, &Command::verb);
  if (command == table.end()) throw std::logic_error("a verb without a command");
  return command->run(options);
}

}  // namespace kaido::cli
