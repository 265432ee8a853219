// The words of refusals, and what an admin does about each.
#include <algorithm>
#include <utility>

#include "core/session/decision.hpp"

namespace kaido::session {
namespace {

struct Words {
  const char* word;
  const char* advice;
};

constexpr std::array kRefusals{
    Words{"no-certificate",
          "No certificate came with the login: install the person's certificate on the device and "
          "choose it when the browser or client asks for one"},
    Words{"certificate-invalid",
          "The certificate cannot be read, is not of a CA in [people], or the client did not sign "
          "with its key: issue one by such a CA, or add its CA to the configuration, and if "
          "neither helps, renew the certificate and its key on the device"},
    Words{"certificate-expired",
          "The certificate has expired: issue a new one and register it with kaido device add"},
    Words{"certificate-not-yet-valid",
          "The certificate is not valid yet: check the clocks of this gateway (timedatectl) and of "
          "the CA, or wait until it is"},
    Words{"certificate-revoked",
          "The certificate was revoked by its CA: if the device is still trusted, issue a new one "
          "and register it with kaido device add"},
    Words{"certificate-usage",
          "The certificate may not be used to log in: issue one whose extended key usage has "
          "clientAuth, and register it with kaido device add"},
    Words{"revocation-unknown",
          "Whether the certificate was revoked is not known: put a fresh revocation list (CRL) of "
          "its CA in place, or do not require one in [people]"},
    Words{"unknown-user",
          "No user has this ID: see kaido user list for a slip of the pen, or add the person with "
          "kaido user add USER"},
    Words{"user-disabled",
          "The user is disabled: if the person may log in again, kaido user enable USER"},
    Words{"unknown-device",
          "No device has this certificate: register it with kaido device add, unless it is not to "
          "be trusted"},
    Words{"device-of-another",
          "The certificate is of somebody else's device: let the person use a device of their own, "
          "registered with kaido device add, and find out how they came by this one"},
    Words{"device-disabled",
          "The device is disabled: if it is in the right hands again, kaido device enable USER "
          "DEVICE"},
    Words{"no-otp",
          "The person has no one-time password, or never confirmed it: make one with kaido user "
          "otp new USER, and let the person enter a code of it"},
    Words{"wrong-code",
          "The code fits nothing, or none came: check the clock of the person's phone, and if the "
          "app is lost, make a new one-time password with kaido user otp new USER"},
    Words{"used-code",
          "The code is right, but it or a newer one was used before: let the person wait for the "
          "next one, and if they did not use it themselves, somebody saw it, so run kaido user otp "
          "new USER"},
    Words{"outside-hours",
          "The person's groups may not log in at this time: wait until they may, or change the "
          "hours of a [[group]]"},
    Words{"too-many-attempts",
          "Too many logins failed, so this one was not looked at: wait, at most 15 minutes, and "
          "see who tries with kaido login explain USER"},
    Words{"key-differs",
          "The client's WireGuard key is not the one registered for the device, or is that of "
          "another device: if the device was set up anew, kaido device remove USER DEVICE and "
          "register it again with kaido device add"}};
static_assert(kRefusals.size() == std::to_underlying(Refusal::key_differs) + 1);

}  // namespace

const char* to_string(Refusal refusal) { return kRefusals.at(std::to_underlying(refusal)).word; }

std::optional<Refusal> parse_refusal(std::string_view text) {
  const auto found = std::ranges::find(kRefusals, text, &Words::word);
  if (found == kRefusals.end()) return std::nullopt;
  return static_cast<Refusal>(found - kRefusals.begin());
}

std::string explain(Refusal refusal) { return kRefusals.at(std::to_underlying(refusal)).advice; }

}  // namespace kaido::session
