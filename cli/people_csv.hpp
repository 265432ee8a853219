// A table of people out of a CSV file (RFC 4180): name, display, groups.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "people_report.hpp"

namespace kaido::cli {

/// The first line names the columns, in any order; `display` and `groups` may be missing. UTF-8,
/// with a byte order mark or not; lines end with CRLF or LF, and empty ones are passed over. Groups
/// are separated by ';'. What is wrong is told all at once; the file of each mistake is left empty.
[[nodiscard]] std::expected<std::vector<NewPerson>, Diagnostics> read_people(std::string_view text);

/// The text as its lines are shown beside mistakes: without byte order mark and CRs.
[[nodiscard]] std::string shown_lines(std::string_view text);

}  // namespace kaido::cli
