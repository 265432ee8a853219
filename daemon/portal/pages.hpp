// The pages for browsers, as HTML: no script, no style of their own, nothing from elsewhere. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kaido/portal_link.hpp"
#include "portal/configuration.hpp"
#include "portal/text.hpp"

namespace kaido::portal {

/// What each page has.
struct View {
  Language language = Language::english;
  std::string path;  ///< of the page in another language
};

struct LoginForm {
  std::string token;  ///< of FormTokens
  std::string user;   ///< as typed before
  std::string error;  ///< a sentence; empty: none
};

[[nodiscard]] std::string login_page(const View& view, const LoginForm& form);
[[nodiscard]] std::string no_certificate_page(const View& view);
/// `fault`: as in Answer::certificate.
[[nodiscard]] std::string bad_certificate_page(const View& view, std::string_view fault);

/// `answer`: of a session that lives, here and below. `notice`: what it says first; nullptr:
/// nothing.
[[nodiscard]] std::string session_page(const View& view, const Answer& answer,
                                       const std::string& token, const Words* notice);
[[nodiscard]] std::string session_over_page(const View& view);
[[nodiscard]] std::string logged_out_page(const View& view);
[[nodiscard]] std::string no_answer_page(const View& view);
[[nodiscard]] std::string devices_page(const View& view, const Answer& answer);
[[nodiscard]] std::string configuration_page(const View& view, const Answer& answer,
                                             const Exported& exported);

/// Where no certificate is asked for. `login_url`: where one is; empty: nowhere.
[[nodiscard]] std::string help_page(const View& view, const std::string& login_url);

[[nodiscard]] std::string_view style_sheet();

}  // namespace kaido::portal
