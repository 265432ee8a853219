#include "login/wg_quick.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "config/files.hpp"
#include "login/saved_session.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

/// By this it is known again: not to be translated.
constexpr std::string_view first_line = "# Written by kaido login";
constexpr std::size_t largest_file = std::size_t{1} << 20U;

std::string listed(const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const auto& prefix : prefixes) text += (text.empty() ? "" : ", ") + prefix.to_string();
  return text;
}

Secret in_base64(std::span<const std::uint8_t, 32> key) {
  auto text = to_base64(key);
  return Secret::absorb(text);
}

Secret joined(std::string_view before, const Secret& secret, std::string_view after) {
  auto text = Secret::zeros(before.size() + secret.size() + after.size());
  auto to = std::ranges::copy(before, text.writable().begin()).out;
  to = std::ranges::copy(secret.reveal(), to).out;
  std::ranges::copy(after, to);
  return text;
}

}  // namespace

Secret draw_wg_quick(const Session& session, const HubUrl& hub, const WireGuardPrivateKey& own) {
  auto end_point = hub;
  end_point.port = session.port;
  auto host = end_point.is_v6 ? '[' + end_point.host + ']' : end_point.host;
  const auto key = in_base64(own.reveal());
  std::string after = "\n";
  if (!session.addresses.empty()) after += fmt::format("Address = {}\n", listed(session.addresses));
  after += fmt::format("\n[Peer]\nPublicKey = {}\nEndpoint = {}:{}\n",
                       to_base64(session.hub_key.value_or(WireGuardKey{})), host, session.port);
  if (!session.networks.empty())
    after += fmt::format("AllowedIPs = {}\n", listed(session.networks));
  after += "PersistentKeepalive = 25\n";
  auto text =
      joined(fmt::format("{}; the next login replaces it.\n[Interface]\nPrivateKey = ", first_line),
             key, after);
  if (!session.preshared_key) return text;
  const auto secret = in_base64(session.preshared_key->reveal().first<32>());
  return joined(joined("", text, "PresharedKey = ").reveal_text(), secret, "\n");
}

Outcome<void> may_replace(const std::filesystem::path& file) {
  struct stat status{};
  if (lstat(file.c_str(), &status) != 0) return {};  // writing tells what is wrong, if anything is
  const auto content = config::read_file(file, {.largest = largest_file});
  if (S_ISREG(status.st_mode) && content && content->reveal_text().starts_with(first_line))
    return {};
  if (!content && content.error().forbidden)
    return std::unexpected(
        Failure{Exit::not_permitted, "", content.error().message, {}, content.error().hint});
  return std::unexpected(
      Failure{Exit::failed, "", text::not_our_file(file.string()), {}, text::not_our_file_remedy});
}

Outcome<void> write_wg_quick(const std::filesystem::path& file, const Secret& content) {
  if (auto free = may_replace(file); !free) return free;
  return write_private(file, content.reveal_text());
}

}  // namespace kaido::cli::login
