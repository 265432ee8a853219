#include "output/audit.hpp"

#include <fmt/format.h>

#include <ranges>
#include <sstream>

#include "core/session/decision.hpp"
#include "output/moment.hpp"
#include "output/table.hpp"
#include "text_people.hpp"

namespace kaido::cli {
namespace {

/// Each refusal as a line of a table, with its explanation below it.
std::string draw_refusals(const std::vector<AuditReport>& refusals, const Style& style) {
  Table table(2);
  for (const auto& entry : std::views::reverse(refusals))
    table.add({{local_time(entry.time)},
               {entry.source},
               {entry.subject},
               {entry.detail, Colour::yellow}});
  std::istringstream lines(table.draw(style));
  std::string drawn;
  for (const auto& entry : std::views::reverse(refusals)) {
    std::string line;
    std::getline(lines, line);
    drawn += line + "\n    " + printable(explain_refusal(entry)) + '\n';
  }
  return drawn;
}

}  // namespace

std::string draw_audit(const std::vector<AuditReport>& entries, const Style& style) {
  if (entries.empty()) return text::no_entries;
  Table table(2);
  table.titles({text::column_number, text::column_time, text::column_actor, text::column_act,
                text::column_user, text::column_about, text::column_detail, text::column_source});
  table.align_right(0);
  for (const auto& entry : entries)
    table.add({{fmt::format("{}", entry.number)},
               {local_time(entry.time)},
               {entry.actor},
               {entry.act, entry.act.ends_with("-refused") ? Colour::yellow : Colour::none},
               {entry.user},
               {entry.subject},
               {entry.detail},
               {entry.source}});
  return style.paint(Colour::bold, text::heading_audit(entries.size())) + '\n' + table.draw(style);
}

std::string explain_refusal(const AuditReport& entry) {
  const auto refusal = session::parse_refusal(entry.detail);
  return refusal ? session::explain(*refusal) : text::unknown_refusal(entry.detail);
}

std::string draw_explanation(const std::string& user, const std::vector<AuditReport>& refusals,
                             const std::vector<AuditReport>& admissions, std::int64_t now,
                             const Style& style) {
  std::string drawn;
  if (refusals.empty()) {
    drawn = text::not_refused(printable(user));
  } else {
    const auto& newest = refusals.back();
    drawn =
        style.paint(Colour::red,
                    printable(text::newest_refusal(explain_refusal(newest), now - newest.time))) +
        '\n';
  }
  if (admissions.empty()) {
    drawn += text::never_admitted;
  } else {
    const auto& last = admissions.back();
    const bool since_then = !refusals.empty() && last.number > refusals.back().number;
    drawn += text::admitted(local_time(last.time), printable(last.source), since_then);
  }
  if (refusals.empty()) return drawn + text::typed_wrong;
  return drawn + '\n' + style.paint(Colour::bold, text::heading_refusals(refusals.size())) + '\n' +
         draw_refusals(refusals, style);
}

}  // namespace kaido::cli
