#include "core/tunnels/ike_failure.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace kaido {
namespace {

/// A pattern of charon's text. Each '*' stands for anything; the text that the stars stand for
/// goes into `detail` at {0}, {1} … . The texts are those of strongSwan 5.9 (log level 1).
struct Rule {
  std::string_view pattern;
  Condition condition;
  std::string_view detail;
};

constexpr std::size_t kMaxStars = 3;

// The first that fits counts. Both ends' lines are here: a hub sees why it refuses.
constexpr std::array kRules{
    // No answer.
    Rule{"retransmit * of request with message ID 0", Condition::tunnel_no_answer,
         "the first packet was repeated {0} times without an answer"},
    Rule{"retransmit * of request with message ID 1", Condition::tunnel_no_answer,
         "the peer answered the first packet but not the second, repeated {0} times "
         "(are large packets, or UDP port 4500, blocked on the way?)"},
    Rule{"giving up after * retransmits", Condition::tunnel_no_answer,
         "gave up after {0} repeats without an answer"},
    Rule{"*peer not responding", Condition::tunnel_no_answer, "the peer does not answer"},
    // Certificates.
    Rule{"subject certificate invalid (valid from * to *)", Condition::tunnel_certificate_expired,
         "the peer's certificate is valid only from {0} to {1}"},
    Rule{"issuer certificate invalid (valid from * to *)", Condition::tunnel_certificate_expired,
         "the authority's certificate is valid only from {0} to {1}"},
    Rule{"no issuer certificate found for \"*\"", Condition::tunnel_certificate_untrusted,
         "no known authority has issued the peer's certificate \"{0}\""},
    Rule{"  self-signed certificate \"*\" is not trusted", Condition::tunnel_certificate_untrusted,
         "the peer's certificate \"{0}\" is self-signed"},
    Rule{"constraint check failed: peer not authenticated by CA '*'",
         Condition::tunnel_certificate_untrusted,
         "the peer's certificate was not issued by \"{0}\""},
    Rule{"certificate was revoked on *, reason: *", Condition::tunnel_certificate_untrusted,
         "the peer's certificate was revoked on {0} ({1})"},
    // Identities.
    Rule{"no trusted * public key found for '*'", Condition::tunnel_wrong_identity,
         "the peer's certificate does not prove that it is {1}"},
    Rule{"received IDr *, but require *", Condition::tunnel_wrong_identity,
         "the peer says it is {0}, expected {1}"},
    Rule{"constraint check failed: identity '*' required*", Condition::tunnel_wrong_identity,
         "the peer is not {0}"},
    Rule{"no matching peer config found", Condition::tunnel_wrong_identity,
         "no connection is configured for the peer's identity, or it asked for another than ours"},
    // Proposals and selectors.
    Rule{"received NO_PROPOSAL_CHOSEN notify error", Condition::tunnel_proposals_differ,
         "the peer accepts none of the IKE proposals, or expects no tunnel from this address"},
    Rule{"received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built",
         Condition::tunnel_proposals_differ, "the peer accepts none of the ESP proposals"},
    Rule{"received proposals unacceptable", Condition::tunnel_proposals_differ,
         "the peer's IKE proposals are not accepted here"},
    Rule{"no acceptable proposal found", Condition::tunnel_proposals_differ,
         "the peer's proposals are not accepted here"},
    Rule{"received TS_UNACCEPTABLE notify, no CHILD_SA built", Condition::tunnel_selectors_differ,
         "the peer does not accept 0.0.0.0/0 and ::/0 as traffic selectors"},
    Rule{"traffic selectors * === * unacceptable", Condition::tunnel_selectors_differ,
         "the peer wants {0} here and {1} there"},
    Rule{"no acceptable traffic selectors found", Condition::tunnel_selectors_differ,
         "the peer's traffic selectors leave nothing in common"},
    // Refusals without a reason.
    Rule{"received AUTHENTICATION_FAILED notify error", Condition::tunnel_refused,
         "the peer refused our identity or certificate; its own log tells why"},
    Rule{"no IKE config found for *...*, sending *", Condition::tunnel_refused,
         "no connection is configured between {0} and {1}"},
    Rule{"received * notify error", Condition::tunnel_refused, "the peer answered {0}"},
    Rule{"received * notify, no CHILD_SA built", Condition::tunnel_refused,
         "the peer answered {0}"},
    // Our own side.
    Rule{"no private key found for '*'", Condition::tunnel_failed,
         "no private key fits the certificate of {0}"},
    Rule{"authentication of '*' (myself) failed", Condition::tunnel_failed,
         "the private key of {0} could not sign"},
    Rule{"unable to resolve *, initiate aborted", Condition::tunnel_failed,
         "the address {0} cannot be resolved"},
    Rule{"unable to install * IPsec SA (SAD) in kernel", Condition::tunnel_failed,
         "the kernel did not take the {0} IPsec SA"},
    Rule{"unable to install IPsec policies (SPD) in kernel", Condition::tunnel_failed,
         "the kernel did not take the IPsec policies"},
    Rule{"failed to establish CHILD_SA, keeping IKE_SA", Condition::tunnel_failed,
         "the peer is authenticated, but no IPsec SA was agreed"},
    Rule{"closing IKE_SA due CHILD_SA setup failure", Condition::tunnel_failed,
         "the peer is authenticated, but no IPsec SA was agreed"},
};

using Stars = std::array<std::string_view, kMaxStars>;

/// True when `line` fits `pattern`; a star takes as little as it can, the last one all there is.
bool fits(std::string_view pattern, std::string_view line, Stars& stars) {
  for (std::size_t count = 0;; ++count) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return line == pattern;
    if (!line.starts_with(pattern.substr(0, star)) || count == kMaxStars) return false;
    line.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    const auto literal = pattern.substr(0, pattern.find('*'));
    const bool last = literal.size() == pattern.size();
    const auto end =
        last ? (line.ends_with(literal) ? line.size() - literal.size() : std::string_view::npos)
             : line.find(literal);
    if (end == std::string_view::npos) return false;
    stars[count] = line.substr(0, end);
    line.remove_prefix(end);
  }
}

}  // namespace

std::optional<Error> classify_ike_log(std::string_view line) {
  for (const auto& rule : kRules) {
    Stars stars;
    if (!fits(rule.pattern, line, stars)) continue;
    return Error{rule.condition, fmt::format(fmt::runtime(rule.detail), stars[0], stars[1])};
  }
  return std::nullopt;
}

}  // namespace kaido
