#include "login/settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "config/files.hpp"
#include "config/mistakes.hpp"
#include "config/tree.hpp"
#include "kaido/portal_link.hpp"
#include "login/messages.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

using config::Entry;
using config::Mistakes;
using config::Node;

const std::vector<std::string_view> known{"hubs",  "user",          "certificate", "key",
                                          "trust", "wireguard_key", "write_config"};

class Reader {
 public:
  Reader(const std::filesystem::path& file, Mistakes& mistakes)
      : folder_(std::filesystem::absolute(file).parent_path()), mistakes_(mistakes) {}

  Settings read(const config::Table& table) {
    for (const auto& entry : table) take(entry);
    return std::move(settings_);
  }

 private:
  void take(const Entry& entry) {
    const std::array paths{std::pair("certificate", &settings_.certificate),
                           std::pair("key", &settings_.key), std::pair("trust", &settings_.trust),
                           std::pair("wireguard_key", &settings_.wireguard_key),
                           std::pair("write_config", &settings_.write_config)};
    const auto* path = std::ranges::find(paths, std::string_view(entry.key),
                                         [](const auto& p) { return std::string_view(p.first); });
    if (entry.key == "hubs") return take_hubs(entry.value);
    if (entry.key == "user") {
      if (const auto* user = text_of(entry.value, entry.key)) take_user(*user, entry.value);
    } else if (path != paths.end()) {
      if (const auto* text = text_of(entry.value, entry.key))
        *path->second = (folder_ / *text).lexically_normal();
    } else {
      mistakes_.add(entry.place, text::unknown_key(config::in_quotes(entry.key)),
                    config::did_you_mean(entry.key, known));
    }
  }

  void take_user(const std::string& user, const Node& node) {
    if (is_line(user, portal::kLargestUser))
      settings_.user = user;
    else
      mistakes_.add(node.place, text::bad_login_user);
  }

  void take_hubs(const Node& node) {
    const auto* list = node.as<config::Array>();
    if (list == nullptr) return mistakes_.add(node.place, text::expected_list(node.kind()));
    if (list->size() > kMostHubs) return mistakes_.add(node.place, text::too_many_hubs(kMostHubs));
    for (const auto& item : *list) {
      const auto* text = item.as<std::string>();
      const auto url = text == nullptr ? std::nullopt : parse_url(*text);
      if (url)
        settings_.hubs.push_back(*url);
      else
        mistakes_.add(item.place,
                      text::bad_url(text == nullptr ? item.kind() : config::in_quotes(*text)),
                      text::url_remedy);
    }
  }

  const std::string* text_of(const Node& node, const std::string& key) {
    const auto* text = node.as<std::string>();
    if (text != nullptr && !text->empty() && !text->contains('\0')) return text;
    mistakes_.add(node.place, text::expected_text(key, text == nullptr ? node.kind() : "none"));
    return nullptr;
  }

  std::filesystem::path folder_;
  Mistakes& mistakes_;
  Settings settings_;
};

std::filesystem::path in_home(const char* variable, const char* otherwise) {
  // The specification has relative paths ignored.
  const auto* given = std::getenv(variable);
  if (given != nullptr && *given == '/') return given;
  const auto* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return std::filesystem::path(home) / otherwise;
}

}  // namespace

std::expected<Settings, Diagnostics> parse_settings(std::string_view text,
                                                    const std::filesystem::path& file) {
  const auto document = config::parse(text);
  if (!document) {
    auto mistake = document.error();
    mistake.file = file.string();
    return std::unexpected(Diagnostics{std::move(mistake)});
  }
  Mistakes mistakes(file.string());
  auto settings = Reader(file, mistakes).read(*document->as<config::Table>());
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes).take());
  return settings;
}

std::expected<Settings, Diagnostics> read_settings(const std::filesystem::path& file) {
  if (file.empty()) return Settings();
  const auto content = config::read_file(file, {});
  if (content) return parse_settings(content->reveal_text(), file);
  const auto& fault = content.error();
  if (fault.missing) return Settings();
  return std::unexpected(Diagnostics{{.file = file.string(),
                                      .message = fault.message,
                                      .hint = fault.hint,
                                      .forbidden = fault.forbidden}});
}

std::filesystem::path settings_file() {
  const auto folder = in_home("XDG_CONFIG_HOME", ".config");
  return folder.empty() ? folder : folder / "kaido" / "login.toml";
}

std::filesystem::path session_file() {
  const auto folder = in_home("XDG_STATE_HOME", ".local/state");
  return folder.empty() ? folder : folder / "kaido" / "session.json";
}

}  // namespace kaido::cli::login
