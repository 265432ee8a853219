// The audit, and why somebody was not admitted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "output/terminal.hpp"
#include "people_report.hpp"

namespace kaido::cli {

[[nodiscard]] std::string draw_audit(const std::vector<AuditReport>& entries, const Style& style);

/// Of an entry "login-refused": what was wrong and what to do.
[[nodiscard]] std::string explain_refusal(const AuditReport& entry);

/// `refusals` and `admissions` as the audit gives them, the newest last. The first line names the
/// newest refusal's reason. `now` in seconds since 1970.
[[nodiscard]] std::string draw_explanation(const std::string& user,
                                           const std::vector<AuditReport>& refusals,
                                           const std::vector<AuditReport>& admissions,
                                           std::int64_t now, const Style& style);

}  // namespace kaido::cli
