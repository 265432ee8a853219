#include "login/messages.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "output/terminal.hpp"

namespace kaido::cli::login {
namespace {

namespace json = boost::json;
using portal::Outcome;

constexpr std::size_t nonce_digits = 64;
constexpr std::size_t longest_hub = 253;
constexpr std::size_t longest_id = 128;
constexpr std::size_t most_prefixes = 4'096;
/// The year 9999: what is later is no moment that anything can show.
constexpr std::int64_t latest = 253'402'300'799;
constexpr std::int64_t longest_wait = 31'536'000;

enum Status : unsigned {
  ok = 200,
  forbidden = 403,
  not_found = 404,
  misdirected = 421,
  too_many = 429,
  unavailable = 503,
};

std::unexpected<Trouble> wrong(const char* what) { return trouble(Reason::not_understood, what); }

std::string in_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

/// A string of JSON; nothing of it is ever in memory that is not wiped.
Secret quoted(const Secret& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t longest = 6;
  auto text = Secret::zeros(value.size() * longest + 2);
  const auto to = text.writable();
  std::size_t size = 0;
  const auto put = [&](char c) { to[size++] = static_cast<std::uint8_t>(c); };
  put('"');
  for (const char c : value.reveal_text()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') put('\\');
    if (byte >= 0x20) {
      put(c);
      continue;
    }
    for (const char each : std::string_view("\\u00")) put(each);
    put(digits[byte >> 4U]);
    put(digits[byte & 0x0FU]);
  }
  put('"');
  text.truncate(size);
  return text;
}

Secret joined(const std::array<std::string_view, 3>& parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  auto text = Secret::zeros(size);
  auto to = text.writable().begin();
  for (const auto part : parts) to = std::ranges::copy(part, to).out;
  return text;
}

const json::object* object_of(const json::value& value) { return value.if_object(); }

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

/// Of `least` to `most`; nullopt: it is none.
std::optional<std::int64_t> number_of(const json::object& object, std::string_view key,
                                      std::int64_t least, std::int64_t most) {
  const auto* value = object.if_contains(key);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  if (number == nullptr || *number < least || *number > most) return std::nullopt;
  return *number;
}

std::optional<std::vector<Prefix>> prefixes_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr || array->size() > most_prefixes) return std::nullopt;
  std::vector<Prefix> prefixes;
  for (const auto& item : *array) {
    const auto* text = item.if_string();
    const auto prefix = text == nullptr ? std::nullopt : Prefix::parse(std::string_view(*text));
    if (!prefix) return std::nullopt;
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

Got<Session> read_session(const json::object& object) {
  Session session;
  session.id = text_of(object, "session");
  if (!is_id(session.id)) return wrong("\"session\"");
  const auto now = number_of(object, "now", 1, latest);
  const auto ends = number_of(object, "ends", 1, latest);
  if (!now || !ends) return wrong(R"("now" or "ends")");
  session.now = *now;
  session.ends = *ends;
  auto addresses = prefixes_of(object, "addresses");
  auto networks = prefixes_of(object, "networks");
  if (!addresses || !networks) return wrong(R"("addresses" or "networks")");
  session.addresses = std::move(*addresses);
  session.networks = std::move(*networks);
  const auto key = text_of(object, "hub_key");
  if (key.empty()) return session;
  session.hub_key = parse_wireguard_key(key);
  if (const auto secret = text_of(object, "preshared_key"); !secret.empty()) {
    auto bytes = parse_wireguard_key(secret);
    if (!bytes) return wrong(R"("preshared_key")");
    session.preshared_key.emplace(*bytes);
    wipe(*bytes);
  }
  const auto port = number_of(object, "port", 1, 65'535);
  if (!session.hub_key || !port) return wrong(R"("hub_key" or "port")");
  session.port = static_cast<std::uint16_t>(*port);
  return session;
}

/// Of a status that says the portal has not even asked kaidod.
std::unexpected<Trouble> not_taken(unsigned status) {
  switch (status) {
    case not_found:
      return trouble(Reason::no_portal);
    case misdirected:
      return trouble(Reason::wrong_host);
    default:
      return trouble(Reason::bad_request, std::to_string(status));
  }
}

Got<json::value> parse(const Response& response) {
  boost::system::error_code error;
  auto value = json::parse(response.body, error);
  if (error || object_of(value) == nullptr) return wrong("JSON");
  return value;
}

}  // namespace

const char* to_string(portal::Verb verb) {
  switch (verb) {
    case portal::Verb::state:
      return "state";
    case portal::Verb::extend:
      return "extend";
    case portal::Verb::log_out:
      return "log-out";
  }
  __builtin_unreachable();
}

bool is_line(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

Secret login_body(const portal::LogIn& login) {
  auto others = json::serialize(json::object{{"user", login.user},
                                             {"certificates", login.certificates},
                                             {"nonce", login.nonce},
                                             {"wireguard_key", login.wireguard_key},
                                             {"signature", in_base64(login.signature)}});
  if (login.code.empty()) return Secret::absorb(others);
  others.pop_back();
  return joined({others + ",\"code\":", quoted(login.code).reveal_text(), "}"});
}

Secret session_body(const portal::OfSession& question) {
  return Secret(std::string_view(
      json::serialize(json::object{{"verb", to_string(question.verb)},
                                   {"session", question.session},
                                   {"certificates", question.certificates},
                                   {"nonce", question.nonce},
                                   {"signature", in_base64(question.signature)}})));
}

namespace {

/// A hub that is asked too often, or has no kaidod, says so before it gives a nonce.
std::unexpected<Trouble> no_nonce(const Response& response) {
  const auto answer = read_answer(response);
  if (!answer) return std::unexpected(answer.error());
  switch (answer->outcome) {
    case Outcome::wait:
      return trouble(Reason::wait, duration(answer->again));
    case Outcome::unavailable:
      return trouble(Reason::unavailable);
    default:
      return trouble(Reason::refused);
  }
}

}  // namespace

Got<portal::Nonce> read_nonce(const Response& response) {
  if (response.status != ok) return no_nonce(response);
  const auto value = parse(response);
  if (!value) return std::unexpected(value.error());
  portal::Nonce nonce{.nonce = text_of(*object_of(*value), "nonce"),
                      .hub = text_of(*object_of(*value), "hub")};
  const bool hexadecimal = std::ranges::all_of(
      nonce.nonce, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (nonce.nonce.size() != nonce_digits || !hexadecimal) return wrong("\"nonce\"");
  if (!is_line(nonce.hub, longest_hub)) return wrong("\"hub\"");
  return nonce;
}

Got<Answer> read_answer(const Response& response) {
  constexpr std::array known{ok, forbidden, too_many, unavailable};
  if (std::ranges::find(known, response.status) == known.end()) return not_taken(response.status);
  const auto value = parse(response);
  if (!value) return std::unexpected(value.error());
  const auto& object = *object_of(*value);
  const auto outcome = text_of(object, "outcome");
  Answer answer;
  if (response.status == forbidden && outcome == "refused") return answer;
  if (response.status == unavailable && outcome == "unavailable") {
    answer.outcome = Outcome::unavailable;
    return answer;
  }
  if (response.status == ok && outcome == "ended") {
    answer.outcome = Outcome::ended;
    return answer;
  }
  if (response.status == too_many && outcome == "wait") {
    answer.outcome = Outcome::wait;
    const auto again = number_of(object, "again", 0, longest_wait);
    if (!again) return wrong("\"again\"");
    answer.again = *again;
    return answer;
  }
  if (response.status != ok || outcome != "admitted") return wrong("\"outcome\"");
  auto session = read_session(object);
  if (!session) return std::unexpected(session.error());
  answer.outcome = Outcome::admitted;
  answer.session = std::move(*session);
  return answer;
}

}  // namespace kaido::cli::login
