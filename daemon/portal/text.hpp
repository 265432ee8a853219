// All that a person reads in a browser, in each language side by side: a text that lacks one does
// not compile. What a program reads (docs/portal-api.yaml) is not here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kaido::portal {

enum class Language : std::uint8_t { english, japanese };
[[nodiscard]] const char* tag_of(Language language);  ///< BCP 47: "en", "ja"
[[nodiscard]] Language other_than(Language language);

class Words {
 public:
  constexpr Words(const char* english, const char* japanese)
      : english_(english), japanese_(japanese) {}
  [[nodiscard]] constexpr const char* in(Language language) const {
    return language == Language::english ? english_ : japanese_;
  }

 private:
  const char* english_;
  const char* japanese_;
};

namespace text {

extern const Words own_name;  ///< of a language, in it
extern const Words menu;
extern const Words to_session;
extern const Words to_devices;
extern const Words to_configuration;

// the form
extern const Words log_in;
extern const Words log_in_lead;
extern const Words user;
extern const Words code;
extern const Words code_hint;
extern const Words error;  ///< before the title of a page with one
extern const Words refused;
extern const Words cannot_decide;
extern const Words old_form;
[[nodiscard]] std::string wait(Language language, std::int64_t seconds);

// certificates
extern const Words no_certificate;
extern const Words no_certificate_lead;
extern const Words no_certificate_missing;
extern const Words no_certificate_expired;
extern const Words what_to_do;
extern const Words no_certificate_choose;
extern const Words no_certificate_ask;
extern const Words bad_certificate;
/// `fault`: kaidod's word, "certificate-expired".
[[nodiscard]] const Words& certificate_fault(std::string_view fault);
extern const Words bad_certificate_another;
extern const Words try_again;

// the session
extern const Words logged_in;
extern const Words device;
extern const Words ends;
extern const Words asked_for_more;
extern const Words extend;
extern const Words extend_hint;
extern const Words log_out;
extern const Words session_over;
extern const Words session_over_lead;
extern const Words log_in_again;
extern const Words logged_out;
extern const Words logged_out_lead;
extern const Words no_answer;
extern const Words no_answer_lead;
/// "in 7 h 40 min"; of less than a minute "in less than a minute".
[[nodiscard]] std::string time_left(Language language, std::int64_t seconds);
/// This machine's local time with its offset: "2026-11-28 22:10 (UTC+09:00)".
[[nodiscard]] std::string moment(Language language, std::int64_t since_1970);

// devices
extern const Words devices;
extern const Words devices_lead;
extern const Words state;
extern const Words enabled;
extern const Words disabled;
extern const Words certificate_until;
extern const Words tunnel;
extern const Words this_device;

// the configuration
extern const Words configuration;
extern const Words configuration_lead;
extern const Words configuration_no_key;
extern const Words configuration_no_wireguard;
extern const Words download;
extern const Words qr_code;
extern const Words qr_code_lead;
extern const Words qr_code_alone;
extern const Words no_qr_code;
extern const Words as_text;
extern const Words private_key_here;  ///< in the file, behind a '#'
/// Of the QR code, when it does not hold all of them.
[[nodiscard]] std::string left_out(Language language, std::size_t count, std::size_t all);

// names that ask for no certificate
extern const Words help;
extern const Words help_lead;
extern const Words help_browser;
extern const Words help_no_browser;

}  // namespace text
}  // namespace kaido::portal
