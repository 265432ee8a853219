#include "portal/reply.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

namespace kaido::portal {
namespace {

namespace json = boost::json;
constexpr std::size_t kRoom = 64;  // bytes around a key in a body

json::array words(std::string_view text) {
  json::array list;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (!word.empty()) list.emplace_back(std::string(word));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return list;
}

/// The key goes out in a body, which is wiped once it is sent.
Response admitted(const Answer& answer) {
  const json::object object{{"outcome", "admitted"},
                            {"session", answer.session},
                            {"ends", answer.ends},
                            {"now", answer.now},
                            {"hub_key", answer.hub_key},
                            {"port", answer.port},
                            {"addresses", words(answer.addresses)},
                            {"networks", words(answer.networks)}};
  // Base64 needs no escape, and so lies nowhere but in the body.
  auto body = json::serialize(object);
  body.pop_back();
  body.reserve(body.size() + answer.preshared_key.size() + kRoom);
  body.append(R"(,"preshared_key":")").append(answer.preshared_key.reveal_text()).append(R"("})");
  return {.body = std::move(body)};
}

Response wait(std::int64_t again) {
  const auto seconds = std::max<std::int64_t>(again, 1);
  return {.status = 429,
          .body = json::serialize(json::object{{"outcome", "wait"}, {"again", seconds}}),
          .retry_after = seconds};
}

Response reply_to(Route route, const Answer& answer) {
  switch (answer.outcome) {
    case Outcome::admitted:
      return route == Route::nonce ? unavailable() : admitted(answer);
    case Outcome::refused:
      return {.status = 403, .body = R"({"outcome":"refused"})"};
    case Outcome::wait:
      return wait(answer.again);
    case Outcome::ended:
      if (route == Route::session) return {.body = R"({"outcome":"ended"})"};
      break;
    case Outcome::unavailable:
      break;
  }
  return unavailable();
}

}  // namespace

Response reply_to(Route route, const std::optional<Body>& answer) {
  if (!answer) return unavailable();
  if (const auto* of_request = std::get_if<Answer>(&*answer)) return reply_to(route, *of_request);
  const auto* nonce = std::get_if<Nonce>(&*answer);
  if (nonce == nullptr || route != Route::nonce) return unavailable();
  return {.body = json::serialize(json::object{{"nonce", nonce->nonce}, {"hub", nonce->hub}})};
}

}  // namespace kaido::portal
