// The words of the audit, and the bytes that its hash covers.
#include "core/session/audit.hpp"

#include <algorithm>
#include <utility>

namespace kaido::session {
namespace {

constexpr std::array kActs{"store-created",  "store-restored",      "user-added",
                           "user-changed",   "user-removed",        "otp-made",
                           "otp-confirmed",  "recovery-codes-made", "bypass-code-made",
                           "device-added",   "device-changed",      "device-removed",
                           "login-admitted", "login-refused",       "session-extended",
                           "session-ended",  "logins-refused"};
static_assert(kActs.size() == std::to_underlying(Act::logins_refused) + 1);

void append(std::string& bytes, std::uint64_t number) {
  for (unsigned shift = 64; shift > 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint8_t>(number >> (shift - 8)));
}

void append(std::string& bytes, std::string_view text) {
  append(bytes, std::uint64_t{text.size()});
  bytes += text;
}

}  // namespace

const char* to_string(Act act) { return kActs.at(std::to_underlying(act)); }

std::optional<Act> parse_act(std::string_view text) {
  const auto found = std::ranges::find(kActs, text);
  if (found == kActs.end()) return std::nullopt;
  return static_cast<Act>(found - kActs.begin());
}

std::string audit_bytes(std::uint64_t number, const AuditNote& note) {
  std::string bytes;
  append(bytes, number);
  append(bytes, static_cast<std::uint64_t>(note.at));
  for (const std::string_view text :
       {std::string_view(note.actor), std::string_view(to_string(note.act)),
        std::string_view(note.user), std::string_view(note.subject), std::string_view(note.detail),
        std::string_view(note.source)})
    append(bytes, text);
  return bytes;
}

}  // namespace kaido::session
