#include "portal/pages.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "portal/html.hpp"

namespace kaido::portal {
namespace {

enum class Menu : std::uint8_t { none, session };

class PageWriter {
 public:
  PageWriter(const View& view, const Words& title, bool has_error = false)
      : view_(view), title_(title), has_error_(has_error) {}

  [[nodiscard]] const char* say(const Words& words) const { return words.in(view_.language); }
  Html& body() { return body_; }
  [[nodiscard]] std::string finish(Menu menu) const;

 private:
  void menu(Html& page) const;

  const View& view_;
  const Words& title_;
  bool has_error_;
  Html body_;
};

struct MenuEntry {
  const char* path;
  const Words& name;
};

void PageWriter::menu(Html& page) const {
  const MenuEntry entries[] = {{"/session", text::to_session},
                               {"/devices", text::to_devices},
                               {"/configuration", text::to_configuration}};
  page.markup("<nav aria-label=\"").text(say(text::menu)).markup("\">\n");
  for (const auto& entry : entries) {
    page.markup("<a href=\"").text(entry.path).markup("\"");
    if (view_.path == entry.path) page.markup(" aria-current=\"page\"");
    page.markup(">").text(say(entry.name)).markup("</a>\n");
  }
  page.markup("</nav>\n");
}

std::string PageWriter::finish(Menu menu_of) const {
  const auto other = other_than(view_.language);
  Html page;
  page.markup("<!DOCTYPE html>\n<html lang=\"").text(tag_of(view_.language));
  page.markup(
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
  if (has_error_) page.text(say(text::error)).markup(": ");
  page.text(say(title_))
      .markup(
          " – Kaido</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n<header>\n"
          "<p class=\"brand\">Kaido</p>\n");
  if (menu_of == Menu::session) menu(page);
  page.markup(R"(<a class="language" lang=")").text(tag_of(other)).markup(R"(" hreflang=")");
  page.text(tag_of(other)).markup("\" href=\"").text(view_.path).markup("?lang=");
  page.text(tag_of(other)).markup("\">").text(text::own_name.in(other));
  page.markup("</a>\n</header>\n<main>\n<h1>").text(say(title_)).markup("</h1>\n");
  return page.piece(body_).markup("</main>\n</body>\n</html>\n").done();
}

void link(Html& out, const char* path, const char* words) {
  out.markup(R"(<p><a class="button" href=")").text(path).markup(R"(">)").text(words);
  out.markup("</a></p>\n");
}

void token_field(Html& out, const std::string& token) {
  out.markup(R"(<input type="hidden" name="token" value=")").text(token).markup("\">\n");
}

/// A form that is a button.
void button(Html& out, const char* path, const std::string& token, const char* words) {
  out.markup(R"(<form method="post" action=")").text(path).markup("\">\n");
  token_field(out, token);
  out.markup("<button type=\"submit\">").text(words).markup("</button>\n</form>\n");
}

void detail(Html& out, const char* name, std::string_view value) {
  out.markup("<div><dt>").text(name).markup("</dt><dd>").text(value).markup("</dd></div>\n");
}

/// A line of Answer::devices.
struct DeviceLine {
  std::string_view name;
  bool is_enabled = false;
  std::int64_t certificate_ends = 0;
  std::string_view tunnel;
};

std::string_view take_until(std::string_view& text, char mark) {
  const auto part = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

std::vector<DeviceLine> devices_of(std::string_view lines) {
  std::vector<DeviceLine> devices;
  while (!lines.empty()) {
    auto line = take_until(lines, '\n');
    DeviceLine device{.name = take_until(line, '\t')};
    device.is_enabled = take_until(line, '\t') == "enabled";
    const auto end = take_until(line, '\t');
    std::from_chars(end.data(), end.data() + end.size(), device.certificate_ends);
    device.tunnel = line == "wireguard" ? "WireGuard" : "IKEv2";
    devices.push_back(device);
  }
  return devices;
}

}  // namespace

std::string login_page(const View& view, const LoginForm& form) {
  const bool has_error = !form.error.empty();
  PageWriter page(view, text::log_in, has_error);
  auto& out = page.body();
  if (has_error) {
    out.markup(R"(<p class="error" id="error" role="alert">)").text(form.error).markup("</p>\n");
  } else {
    out.paragraph(page.say(text::log_in_lead));
  }
  out.markup("<form method=\"post\" action=\"/login\">\n");
  token_field(out, form.token);
  out.markup("<label for=\"user\">").text(page.say(text::user)).markup("</label>\n");
  out.markup(
      "<input id=\"user\" name=\"user\" type=\"text\" required maxlength=\"128\" "
      "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\"");
  if (has_error) out.markup(" aria-describedby=\"error\"");
  if (form.user.empty()) out.markup(" autofocus");
  out.markup(" value=\"").text(form.user).markup("\">\n<label for=\"code\">");
  out.text(page.say(text::code)).markup("</label>\n<p class=\"hint\" id=\"code-hint\">");
  out.text(page.say(text::code_hint)).markup("</p>\n");
  out.markup(
      "<input id=\"code\" name=\"code\" type=\"text\" required maxlength=\"128\" "
      "autocomplete=\"one-time-code\" autocapitalize=\"none\" spellcheck=\"false\" ");
  if (has_error) {
    out.markup("aria-describedby=\"error code-hint\"");
  } else {
    out.markup("aria-describedby=\"code-hint\"");
  }
  if (!form.user.empty()) out.markup(" autofocus");
  out.markup(">\n<button type=\"submit\">").text(page.say(text::log_in));
  out.markup("</button>\n</form>\n");
  return page.finish(Menu::none);
}

std::string no_certificate_page(const View& view) {
  PageWriter page(view, text::no_certificate);
  auto& out = page.body();
  out.paragraph(page.say(text::no_certificate_lead));
  out.markup("<ul>\n<li>").text(page.say(text::no_certificate_missing)).markup("</li>\n<li>");
  out.text(page.say(text::no_certificate_expired)).markup("</li>\n</ul>\n<h2>");
  out.text(page.say(text::what_to_do)).markup("</h2>\n");
  out.paragraph(page.say(text::no_certificate_choose));
  out.paragraph(page.say(text::no_certificate_ask));
  return page.finish(Menu::none);
}

std::string bad_certificate_page(const View& view, std::string_view fault) {
  PageWriter page(view, text::bad_certificate, true);
  auto& out = page.body();
  out.markup(R"(<p class="error" role="alert">)").text(page.say(text::certificate_fault(fault)));
  out.markup("</p>\n").paragraph(page.say(text::bad_certificate_another));
  link(out, "/", page.say(text::try_again));
  return page.finish(Menu::none);
}

std::string session_page(const View& view, const Answer& answer, const std::string& token,
                         const Words* notice) {
  PageWriter page(view, text::logged_in);
  auto& out = page.body();
  if (notice != nullptr)
    out.markup(R"(<p class="notice" role="status">)").text(page.say(*notice)).markup("</p>\n");
  out.markup("<dl>\n");
  detail(out, page.say(text::user), answer.user);
  detail(out, page.say(text::device), answer.device);
  detail(out, page.say(text::ends),
         text::moment(view.language, answer.ends) + ", " +
             text::time_left(view.language, answer.ends - answer.now));
  out.markup("</dl>\n<div class=\"actions\">\n");
  button(out, "/session/extend", token, page.say(text::extend));
  button(out, "/session/log-out", token, page.say(text::log_out));
  out.markup("</div>\n<p class=\"hint\">").text(page.say(text::extend_hint)).markup("</p>\n");
  return page.finish(Menu::session);
}

std::string session_over_page(const View& view) {
  PageWriter page(view, text::session_over);
  page.body().paragraph(page.say(text::session_over_lead));
  link(page.body(), "/", page.say(text::log_in_again));
  return page.finish(Menu::none);
}

std::string logged_out_page(const View& view) {
  PageWriter page(view, text::logged_out);
  page.body().paragraph(page.say(text::logged_out_lead));
  link(page.body(), "/", page.say(text::log_in_again));
  return page.finish(Menu::none);
}

std::string no_answer_page(const View& view) {
  PageWriter page(view, text::no_answer, true);
  page.body().paragraph(page.say(text::no_answer_lead));
  link(page.body(), "/session", page.say(text::try_again));
  return page.finish(Menu::none);
}

std::string devices_page(const View& view, const Answer& answer) {
  PageWriter page(view, text::devices);
  auto& out = page.body();
  out.paragraph(page.say(text::devices_lead)).markup("<ul class=\"devices\">\n");
  for (const auto& device : devices_of(answer.devices)) {
    out.markup("<li>\n<h2>").text(device.name);
    if (device.name == answer.device)
      out.markup(" <span class=\"mark\">").text(page.say(text::this_device)).markup("</span>");
    out.markup("</h2>\n<dl>\n");
    detail(out, page.say(text::state),
           page.say(device.is_enabled ? text::enabled : text::disabled));
    detail(out, page.say(text::certificate_until),
           text::moment(view.language, device.certificate_ends));
    detail(out, page.say(text::tunnel), device.tunnel);
    out.markup("</dl>\n</li>\n");
  }
  out.markup("</ul>\n");
  return page.finish(Menu::session);
}

std::string configuration_page(const View& view, const Answer& answer, const Exported& exported) {
  PageWriter page(view, text::configuration);
  auto& out = page.body();
  out.markup("<dl>\n");
  detail(out, page.say(text::device), answer.device);
  out.markup("</dl>\n");
  if (answer.hub_key.empty() || answer.device_key.empty()) {
    out.paragraph(page.say(answer.hub_key.empty() ? text::configuration_no_wireguard
                                                  : text::configuration_no_key));
    return page.finish(Menu::session);
  }
  out.paragraph(page.say(text::configuration_lead));
  link(out, "/configuration/kaido.conf", page.say(text::download));
  if (exported.for_qr.empty()) {
    out.paragraph(page.say(text::no_qr_code));
  } else {
    out.markup("<h2>").text(page.say(text::qr_code)).markup("</h2>\n");
    out.paragraph(page.say(text::qr_code_lead));
    if (exported.left_out > 0)
      out.paragraph(text::left_out(view.language, exported.left_out, exported.all));
    out.markup(R"(<img class="qr" src="/configuration/qr.svg" width="320" height="320" alt=")");
    out.text(page.say(text::qr_code)).markup("\">\n<p><a href=\"/configuration/qr.svg\">");
    out.text(page.say(text::qr_code_alone)).markup("</a></p>\n");
  }
  out.markup("<h2>").text(page.say(text::as_text)).markup("</h2>\n<pre>");
  out.text(exported.file).markup("</pre>\n");
  return page.finish(Menu::session);
}

std::string help_page(const View& view, const std::string& login_url) {
  PageWriter page(view, text::help);
  auto& out = page.body();
  out.paragraph(page.say(text::help_lead));
  if (login_url.empty()) {
    out.paragraph(page.say(text::help_no_browser));
  } else {
    link(out, login_url.c_str(), page.say(text::help_browser));
  }
  return page.finish(Menu::none);
}

}  // namespace kaido::portal
