// What a browser sends, a line for each: target, Cookie, Accept-Language, Origin, Sec-Fetch-Site,
// and the rest as the body. A question must fit into a packet for kaidod, and no page may have
// markup of the stranger's.
#include "portal/browser.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "kaido/portal_link.hpp"
#include "portal/form.hpp"
#include "portal/routes.hpp"

namespace {

using namespace kaido;
using namespace kaido::portal;

std::string take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return std::string(line);
}

void check(const Response& response) {
  if (to_bytes(response).find("<script") != std::string::npos) std::abort();
}

void check(Body body) {
  const auto packet = encode({.id = 1, .body = std::move(body)});
  if (!packet || !decode(std::as_bytes(packet->reveal()))) std::abort();
}

/// Of the form that this person is shown.
std::string token_of(const Browser& browser, const Peer& peer) {
  Visit visit{.page = Page::home, .peer = peer};
  const auto page = std::get<Response>(browser.ask(visit, {}, {})).body;
  constexpr std::string_view kBefore = "name=\"token\" value=\"";
  constexpr std::size_t kDigits = 64;
  return page.substr(page.find(kBefore) + kBefore.size(), kDigits);
}

void visit(const Browser& browser, Page page, const Head& head, const Peer& peer,
           std::string_view body) {
  auto visit = visit_of(page, head, peer);
  auto step = browser.ask(visit, Secret(body), {});
  if (const auto* response = std::get_if<Response>(&step)) return check(*response);
  check(std::get<Body>(std::move(step)));
  for (const auto outcome : {Outcome::admitted, Outcome::refused, Outcome::wait, Outcome::ended})
    check(browser.reply(visit, Answer{.outcome = outcome, .session = "s", .ends = 1}, {}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Browser browser(Settings{.login_host = "login.example.org"});
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Head head{.host = "login.example.org"};
  head.target = take_line(text);
  head.cookies = take_line(text);
  head.languages = take_line(text);
  head.origin = take_line(text);
  head.fetch_site = take_line(text);
  const Peer person{.source = "192.0.2.1",
                    .server_name = "login.example.org",
                    .was_asked = true,
                    .certificates = "PEM\n",
                    .fingerprint = "F"};
  for (const auto& each : pages()) visit(browser, each.page, head, person, text);
  static const auto token = "&token=" + token_of(browser, person);
  visit(browser, Page::log_in, head, person, std::string(text) + token);
  visit(browser, Page::home, head, {}, text);
  return 0;
}
