#include "unit/portal/words.hpp"

namespace kaido::portal {
namespace {

struct Field {
  std::string name;
  std::string value;  ///< JSON
};
using Object = std::vector<Field>;

const std::string kNonce(64, 'a');
constexpr char kKey[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

Object login() {
  return {{"user", json_text("annabel")},     {"code", json_text(kCode)},
          {"certificates", R"("PEM\nPEM")"},  {"nonce", json_text(kNonce)},
          {"wireguard_key", json_text(kKey)}, {"signature", json_text("AQID")}};
}

std::string write(const Object& object) {
  std::string text;
  for (const auto& [name, value] : object)
    text.append(text.empty() ? "{" : ",").append(json_text(name)).append(":").append(value);
  return text + "}";
}

}  // namespace

std::string json_text(std::string_view text) { return '"' + std::string(text) + '"'; }

std::vector<std::string> login_fields() {
  std::vector<std::string> names;
  for (const auto& field : login()) names.push_back(field.name);
  return names;
}

std::string login_json() { return write(login()); }

std::string session_json(std::string_view verb) {
  return write({{"verb", json_text(verb)},
                {"session", json_text("s1")},
                {"certificates", R"("PEM")"},
                {"nonce", json_text(kNonce)},
                {"signature", json_text("AQID")}});
}

std::string with(const std::string& json, const std::string& field, const std::string& value) {
  auto text = without(json, field);
  text.pop_back();
  return text + ',' + json_text(field) + ':' + value + '}';
}

std::string without(const std::string& json, const std::string& field) {
  const auto start = json.find(json_text(field) + ':');
  if (start == std::string::npos) return json;
  const auto comma = json.find(",\"", start);
  if (comma != std::string::npos) return json.substr(0, start) + json.substr(comma + 1);
  return json.substr(0, start - 1) + '}';
}

LogIn expected_login(std::string_view source) {
  return {.source = std::string(source),
          .user = "annabel",
          .code = Secret(std::string_view(kCode)),
          .certificates = "PEM\nPEM",
          .nonce = kNonce,
          .wireguard_key = kKey,
          .signature = "\x01\x02\x03"};
}

OfSession expected_session(std::string_view source, Verb verb) {
  return {.verb = verb,
          .source = std::string(source),
          .certificates = "PEM",
          .nonce = kNonce,
          .session = "s1",
          .signature = "\x01\x02\x03"};
}

}  // namespace kaido::portal
