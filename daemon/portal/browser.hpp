// The door for browsers: a request becomes a page at once or a question for kaidod, and kaidod's
// answer a page. It keeps nothing: who is logged in says a cookie with a session's id, which counts
// for nothing without the certificate that the session was opened with, and kaidod looks at both.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "portal/form.hpp"
#include "portal/http.hpp"
#include "portal/pages.hpp"
#include "portal/peer.hpp"
#include "portal/response.hpp"
#include "portal/routes.hpp"
#include "portal/settings.hpp"
#include "portal/tokens.hpp"

namespace kaido::portal {

/// One request of a browser.
struct Visit {
  Page page = Page::home;
  Peer peer;
  std::string authority;   ///< the Host field, one of ours
  std::string origin;      ///< Origin
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string session;     ///< the cookie; empty: there is none
  Language language = Language::english;
  bool has_chosen_language = false;  ///< by this very request
  std::string user;                  ///< as typed
  const Words* notice = nullptr;     ///< what the page says first
};
[[nodiscard]] Visit visit_of(Page page, const Head& head, const Peer& peer);

class Browser {
 public:
  using Instant = FormTokens::Instant;
  explicit Browser(const Settings& settings);

  /// `body`: of a form.
  [[nodiscard]] std::variant<Response, Body> ask(Visit& visit, const Secret& body,
                                                 Instant now) const;
  /// `answer`: of what ask() asked; nullopt: kaidod did not answer.
  [[nodiscard]] Response reply(const Visit& visit, const std::optional<Body>& answer,
                               Instant now) const;

 private:
  [[nodiscard]] std::variant<Response, Body> ask_for(Visit& visit, const Secret& body,
                                                     Instant now) const;
  [[nodiscard]] Response reply_for(const Visit& visit, const std::optional<Body>& answer,
                                   Instant now) const;
  [[nodiscard]] Response home(const Visit& visit, Instant now) const;
  [[nodiscard]] std::variant<Response, Body> log_in(Visit& visit, const Secret& body,
                                                    Instant now) const;
  [[nodiscard]] std::variant<Response, Body> of_session(Visit& visit, const Secret& body,
                                                        Instant now) const;
  /// The form came from a page of this portal, for this certificate and session.
  [[nodiscard]] bool is_ours(const Visit& visit, const std::optional<Form>& form,
                             Instant now) const;
  [[nodiscard]] Response form_again(const Visit& visit, int status, std::string error,
                                    Instant now) const;
  [[nodiscard]] Response logged_in(const Visit& visit, const Answer& answer, Instant now) const;
  [[nodiscard]] Response page_of(const Visit& visit, const Answer& answer, Instant now) const;
  [[nodiscard]] Exported exported(const Visit& visit, const Answer& answer) const;

  std::string login_host_;
  std::vector<IpAddress> public_addresses_;
  FormTokens tokens_;
};

}  // namespace kaido::portal
