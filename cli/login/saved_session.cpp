#include "login/saved_session.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "config/files.hpp"
#include "kaido/atomic_file.hpp"
#include "login/messages.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_file = std::size_t{64} << 10U;
constexpr std::size_t longest_text = 4'096;
constexpr std::int64_t version = 1;
constexpr mode_t owner_only = 0600;

std::unexpected<Failure> failed(std::string message, std::string remedy = {},
                                Exit exit = Exit::failed) {
  return std::unexpected(Failure{exit, "", std::move(message), {}, std::move(remedy)});
}

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || (!text->empty() && !is_line(*text, longest_text))) return std::nullopt;
  return std::string(*text);
}

std::optional<std::int64_t> number_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  if (number == nullptr) return std::nullopt;
  return *number;
}

std::optional<SavedSession> parse(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr || number_of(*object, "version") != version) return std::nullopt;
  const auto hub = text_of(*object, "hub");
  const auto url = hub ? parse_url(*hub) : std::nullopt;
  auto session = text_of(*object, "session");
  auto user = text_of(*object, "user");
  const auto ends = number_of(*object, "ends");
  const auto offset = number_of(*object, "offset");
  const auto certificate = text_of(*object, "certificate");
  const auto key = text_of(*object, "key");
  const auto trust = text_of(*object, "trust");
  const auto config = text_of(*object, "config");
  if (!url || !session || session->empty() || !user || !ends || !offset || !certificate || !key ||
      !trust || !config)
    return std::nullopt;
  return SavedSession{.hub = *url,
                      .session = std::move(*session),
                      .user = std::move(*user),
                      .ends = *ends,
                      .offset = *offset,
                      .certificate = *certificate,
                      .key = *key,
                      .trust = *trust,
                      .config = *config};
}

}  // namespace

Outcome<std::optional<SavedSession>> load_session(const std::filesystem::path& file) {
  if (file.empty()) return failed(text::no_home);
  const auto content = config::read_file(file, {.secret = true, .largest = largest_file});
  if (!content) {
    const auto& fault = content.error();
    if (fault.missing) return std::nullopt;
    return failed(fault.message, fault.hint, fault.forbidden ? Exit::not_permitted : Exit::failed);
  }
  auto session = parse(content->reveal_text());
  if (!session) return failed(text::state_broken(file.string()), text::state_broken_remedy);
  return session;
}

Outcome<void> save_session(const std::filesystem::path& file, const SavedSession& session) {
  if (file.empty()) return failed(text::no_home);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path().parent_path(), error);
  if (mkdir(file.parent_path().c_str(), S_IRWXU) != 0 && errno != EEXIST)
    return failed(text::cannot_write(file.parent_path().string(), std::strerror(errno)));
  const json::object object{{"version", version},
                            {"hub", session.hub.to_string()},
                            {"session", session.session},
                            {"user", session.user},
                            {"ends", session.ends},
                            {"offset", session.offset},
                            {"certificate", session.certificate.string()},
                            {"key", session.key.string()},
                            {"trust", session.trust.string()},
                            {"config", session.config.string()}};
  return write_private(file, json::serialize(object) + '\n');
}

Outcome<void> forget_session(const std::filesystem::path& file) {
  if (unlink(file.c_str()) == 0 || errno == ENOENT) return {};
  return failed(text::cannot_write(file.string(), std::strerror(errno)));
}

Outcome<void> write_private(const std::filesystem::path& file, std::string_view content) {
  struct stat status{};
  if (lstat(file.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return failed(text::cannot_write(file.string(), text::no_file));
    // write_atomically() keeps an old file's mode.
    if ((status.st_mode & 07777U) != owner_only && chmod(file.c_str(), owner_only) != 0)
      return failed(text::cannot_write(file.string(), std::strerror(errno)));
  }
  const auto written = write_atomically(file, content, owner_only, Condition::state_not_written);
  if (!written) return failed(text::not_written(written.error().detail));
  return {};
}

}  // namespace kaido::cli::login
