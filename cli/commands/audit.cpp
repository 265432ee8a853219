// kaido audit, audit verify
#include "output/audit.hpp"

#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "decode.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {

Exit audit(const Options& options) {
  const auto entries = ask([&](Client& client) {
    return client.audit(options.name, options.people.act, options.count);
  });
  if (!entries) return fail(options, entries.error());
  if (options.json)
    print_json(json::object{{"audit", *entries}});
  else
    print(draw_audit(decode_list<AuditReport>(*entries), Style::for_stdout()));
  return Exit::fine;
}

Exit audit_verify(const Options& options) {
  const auto verdict = ask([](Client& client) { return client.verify_audit(); });
  if (!verdict) return fail(options, verdict.error());
  AuditCheck check;
  decode(*verdict, check);
  const bool whole = check.fault.empty();
  if (options.json)
    print_json(*verdict);
  else if (whole)
    print(text::audit_whole(check.entries));
  else
    print(Style::for_stdout().paint(Colour::red, printable(text::audit_faulty(check))) + '\n');
  return whole ? Exit::fine : Exit::not_working;
}

}  // namespace kaido::cli::commands
