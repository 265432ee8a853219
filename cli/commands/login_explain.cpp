// kaido login explain
#include <ranges>

#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "core/session/audit.hpp"
#include "decode.hpp"
#include "output/audit.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {
namespace {

constexpr std::uint32_t refusals_shown = 20;

struct Logins {
  json::array refusals;    ///< the newest last
  json::array admissions;  ///< the newest alone, or none
};

Outcome<Logins> logins_of(Client& client, const std::string& user) {
  auto refusals = client.audit(user, to_string(session::Act::login_refused), refusals_shown);
  if (!refusals) return std::unexpected(refusals.error());
  auto admissions = client.audit(user, to_string(session::Act::login_admitted), 1);
  if (!admissions) return std::unexpected(admissions.error());
  return Logins{std::move(*refusals), std::move(*admissions)};
}

/// AUDIT ENTRY with "explanation", the newest first.
json::array explained(const json::array& refusals) {
  json::array all;
  for (const auto& item : std::views::reverse(refusals)) {
    if (!item.is_object()) continue;
    AuditReport entry;
    decode(item.get_object(), entry);
    auto object = item.get_object();
    object["explanation"] = explain_refusal(entry);
    all.emplace_back(std::move(object));
  }
  return all;
}

}  // namespace

Exit login_explain(const Options& options) {
  const auto logins = ask([&](Client& client) { return logins_of(client, options.name); });
  if (!logins) return fail(options, logins.error());
  if (options.json) {
    const json::value admitted =
        logins->admissions.empty() ? json::value(nullptr) : logins->admissions.back();
    print_json(json::object{
        {"user", options.name}, {"refusals", explained(logins->refusals)}, {"admitted", admitted}});
  } else {
    print(draw_explanation(options.name, decode_list<AuditReport>(logins->refusals),
                           decode_list<AuditReport>(logins->admissions), now(),
                           Style::for_stdout()));
  }
  return Exit::fine;
}

}  // namespace kaido::cli::commands
