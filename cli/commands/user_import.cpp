// kaido user import
#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "people_csv.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {

Exit user_import(const Options& options) {
  const auto file = options.file.value_or("-");
  const auto source = read_text(file);
  if (!source) return fail(options, source.error());
  const auto people = read_people(*source);
  if (!people)
    return fail(options, {Exit::config_invalid, "invalid-argument", "", people.error(), {}},
                shown_lines(*source), file);
  const bool dry_run = options.people.dry_run;
  const auto count = ask([&](Client& client) { return client.add_users(*people, dry_run); });
  if (!count) return fail(options, count.error());
  if (options.json)
    print_json(json::object{{"added", dry_run ? 0U : *count}, {"right", *count}});
  else
    print(dry_run ? text::people_right(*count) : text::people_added(*count));
  return Exit::fine;
}

}  // namespace kaido::cli::commands
