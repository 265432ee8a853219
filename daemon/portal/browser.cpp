#include "portal/browser.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "kaido/qr/qr_code.hpp"
#include "portal/configuration.hpp"
#include "portal/names.hpp"

namespace kaido::portal {
namespace {

using Step = std::variant<Response, Body>;

// __Host-: of this very host, with Secure and Path=/ (RFC 6265bis §4.1.3.2).
constexpr char kSession[] = "__Host-kaido";
constexpr char kLanguage[] = "__Host-kaido-language";
constexpr char kForget[] = "__Host-kaido=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0";
constexpr char kAsked[] = "asked";  // in a query: an extension was asked for

std::string session_cookie(const std::string& session) {
  return std::string(kSession) + '=' + session + "; Secure; HttpOnly; SameSite=Strict; Path=/";
}

/// Not strict: who comes by a link of a mail reads the page in this language, too.
std::string language_cookie(Language language) {
  return std::string(kLanguage) + '=' + tag_of(language) +
         "; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000";
}

Response page(std::string html, int status = 200) {
  return {.status = status, .body = std::move(html), .content = Content::page};
}

/// Where the page is asked for again in another language: a form's answer is no GET.
const char* path_of(Page page) {
  switch (page) {
    case Page::home:
    case Page::style:
    case Page::log_in:
      return "/";
    case Page::session:
    case Page::extend:
    case Page::log_out:
      return "/session";
    case Page::logged_out:
      return "/logged-out";
    case Page::devices:
      return "/devices";
    case Page::configuration:
    case Page::configuration_file:
    case Page::configuration_image:
      return "/configuration";
  }
  return "/";
}

View view_of(const Visit& visit) {
  return {.language = visit.language, .path = path_of(visit.page)};
}

Verb verb_of(Page page) {
  if (page == Page::extend) return Verb::extend;
  return page == Page::log_out ? Verb::log_out : Verb::state;
}

bool is_form(Page page) { return page == Page::extend || page == Page::log_out; }

/// Nobody else's page has sent the form. Older browsers name neither; then the token alone counts.
bool is_from_here(const Visit& visit) {
  constexpr std::string_view kScheme = "https://";
  if (!visit.fetch_site.empty() && visit.fetch_site != "same-origin") return false;
  if (visit.origin.empty()) return true;
  if (!visit.origin.starts_with(kScheme)) return false;
  const auto from = std::string_view(visit.origin).substr(kScheme.size());
  return host_of(from) == host_of(visit.authority) && port_of(from) == port_of(visit.authority);
}

Response session_over(const Visit& visit) {
  auto response = page(session_over_page(view_of(visit)));
  response.cookies.emplace_back(kForget);
  return response;
}

Response logged_out() {
  auto response = see_other("/logged-out");
  response.cookies.emplace_back(kForget);
  return response;
}

}  // namespace

Visit visit_of(Page page, const Head& head, const Peer& peer) {
  Visit visit{.page = page,
              .peer = peer,
              .authority = head.host.value_or(""),
              .origin = head.origin,
              .fetch_site = head.fetch_site,
              .session = cookie_of(head.cookies, kSession)};
  const auto query = Form::parse(query_of(head.target));
  const auto* const wanted = query ? query->find("lang") : nullptr;
  const auto chosen = wanted != nullptr ? parse_language(wanted->reveal_text()) : std::nullopt;
  visit.has_chosen_language = chosen.has_value();
  const auto kept = parse_language(cookie_of(head.cookies, kLanguage));
  visit.language = chosen ? *chosen : kept ? *kept : preferred_language(head.languages);
  if (query && query->find(kAsked) != nullptr) visit.notice = &text::asked_for_more;
  return visit;
}

Browser::Browser(const Settings& settings)
    : login_host_(settings.login_host), public_addresses_(settings.public_addresses) {}

Step Browser::ask(Visit& visit, const Secret& body, Instant now) const {
  auto step = ask_for(visit, body, now);
  if (auto* response = std::get_if<Response>(&step); response != nullptr)
    if (visit.has_chosen_language) response->cookies.push_back(language_cookie(visit.language));
  return step;
}

Response Browser::reply(const Visit& visit, const std::optional<Body>& answer, Instant now) const {
  auto response = reply_for(visit, answer, now);
  if (visit.has_chosen_language) response.cookies.push_back(language_cookie(visit.language));
  return response;
}

// ---- questions

Step Browser::ask_for(Visit& visit, const Secret& body, Instant now) const {
  switch (visit.page) {
    case Page::home:
      return home(visit, now);
    case Page::style:
      return Response{.body = std::string(style_sheet()), .content = Content::style};
    case Page::logged_out:
      return page(logged_out_page(view_of(visit)));
    case Page::log_in:
      return log_in(visit, body, now);
    case Page::session:
    case Page::extend:
    case Page::log_out:
    case Page::devices:
    case Page::configuration:
    case Page::configuration_file:
    case Page::configuration_image:
      return of_session(visit, body, now);
  }
  return unavailable();
}

Response Browser::home(const Visit& visit, Instant now) const {
  if (!visit.peer.was_asked) {
    const auto url = "https://" + login_host_ + port_of(visit.authority) + '/';
    return page(help_page(view_of(visit), login_host_.empty() ? std::string() : url));
  }
  if (visit.peer.certificates.empty()) return page(no_certificate_page(view_of(visit)));
  if (!visit.session.empty()) return see_other("/session");
  return form_again(visit, 200, {}, now);
}

Step Browser::log_in(Visit& visit, const Secret& body, Instant now) const {
  if (visit.peer.certificates.empty()) return page(no_certificate_page(view_of(visit)), 403);
  const auto form = Form::parse(body.reveal_text());
  const auto* const user = form ? form->line("user", kLargestUser) : nullptr;
  const auto* const code = form ? form->line("code", kLargestUser) : nullptr;
  if (user != nullptr) visit.user = user->reveal_text();
  // The form is of before there was a session, whatever the cookie says.
  visit.session.clear();
  if (user == nullptr || code == nullptr || !is_ours(visit, form, now))
    return form_again(visit, 403, text::old_form.in(visit.language), now);
  return LogIn{.source = visit.peer.source,
               .user = visit.user,
               .code = *code,
               .certificates = visit.peer.certificates,
               .nonce = {},
               .wireguard_key = {},
               .signature = {}};
}

Step Browser::of_session(Visit& visit, const Secret& body, Instant now) const {
  if (visit.session.empty()) return see_other("/");
  if (visit.peer.certificates.empty()) return page(no_certificate_page(view_of(visit)), 403);
  if (is_form(visit.page) && !is_ours(visit, Form::parse(body.reveal_text()), now)) {
    visit.page = Page::session;
    visit.notice = &text::old_form;
  }
  return OfSession{.verb = verb_of(visit.page),
                   .source = visit.peer.source,
                   .certificates = visit.peer.certificates,
                   .nonce = {},
                   .session = visit.session,
                   .signature = {}};
}

bool Browser::is_ours(const Visit& visit, const std::optional<Form>& form, Instant now) const {
  const auto* const token = form ? form->find("token") : nullptr;
  return token != nullptr && is_from_here(visit) &&
         tokens_.holds(token->reveal_text(), visit.peer.fingerprint, visit.session, now);
}

Response Browser::form_again(const Visit& visit, int status, std::string error, Instant now) const {
  auto token = tokens_.make(visit.peer.fingerprint, {}, now);
  return page(
      login_page(view_of(visit),
                 {.token = std::move(token), .user = visit.user, .error = std::move(error)}),
      status);
}

// ---- answers

Response Browser::reply_for(const Visit& visit, const std::optional<Body>& answer,
                            Instant now) const {
  const auto* const known = answer ? std::get_if<Answer>(&*answer) : nullptr;
  const Answer none{.outcome = Outcome::unavailable};
  const auto& said = known != nullptr ? *known : none;
  if (visit.page == Page::log_in) return logged_in(visit, said, now);
  switch (said.outcome) {
    case Outcome::admitted:
      if (said.ends > said.now) return page_of(visit, said, now);
      return session_over(visit);
    case Outcome::ended:
      return visit.page == Page::log_out ? logged_out() : session_over(visit);
    case Outcome::refused:  // the session of another certificate, or of none any more
      return session_over(visit);
    case Outcome::wait:
    case Outcome::unavailable:
      break;
  }
  return page(no_answer_page(view_of(visit)), 503);
}

Response Browser::logged_in(const Visit& visit, const Answer& answer, Instant now) const {
  const auto language = visit.language;
  switch (answer.outcome) {
    case Outcome::admitted: {
      if (!is_cookie_value(answer.session)) break;
      auto response = see_other("/session");
      response.cookies.push_back(session_cookie(answer.session));
      return response;
    }
    case Outcome::refused:
      if (!answer.certificate.empty())
        return page(bad_certificate_page(view_of(visit), answer.certificate), 403);
      return form_again(visit, 403, text::refused.in(language), now);
    case Outcome::wait: {
      auto response = form_again(visit, 429, text::wait(language, answer.again), now);
      response.retry_after = std::max<std::int64_t>(answer.again, 1);
      return response;
    }
    case Outcome::ended:
    case Outcome::unavailable:
      break;
  }
  return form_again(visit, 503, text::cannot_decide.in(language), now);
}

/// Of a session that lives.
Response Browser::page_of(const Visit& visit, const Answer& answer, Instant now) const {
  const auto view = view_of(visit);
  Response response;
  switch (visit.page) {
    case Page::extend:
      return see_other("/session?asked");
    case Page::configuration_file: {
      auto file = exported(visit, answer).file;
      if (file.empty()) return bad_request(404, "no such resource");
      return {.body = std::move(file), .content = Content::configuration};
    }
    case Page::configuration_image: {
      const auto code = QrCode::of(Secret(std::string_view(exported(visit, answer).for_qr)));
      if (!code) return bad_request(404, "no such resource");
      return {.body = std::string(draw_qr_svg(*code).reveal_text()), .content = Content::image};
    }
    case Page::devices:
      response = page(devices_page(view, answer));
      break;
    case Page::configuration:
      response = page(configuration_page(view, answer, exported(visit, answer)));
      break;
    case Page::home:
    case Page::style:
    case Page::log_in:
    case Page::session:
    case Page::log_out:
    case Page::logged_out:
      response = page(session_page(
          view, answer, tokens_.make(visit.peer.fingerprint, visit.session, now), visit.notice));
      break;
  }
  // A page that was left open does not look connected when the session is over.
  response.refresh = answer.ends - answer.now + 1;
  return response;
}

Exported Browser::exported(const Visit& visit, const Answer& answer) const {
  if (answer.device_key.empty()) return {};
  const std::array here{visit.peer.here};
  const std::span<const IpAddress> known(public_addresses_);
  return export_configuration(answer, host_of(visit.authority), known.empty() ? here : known,
                              text::private_key_here.in(visit.language));
}

}  // namespace kaido::portal
