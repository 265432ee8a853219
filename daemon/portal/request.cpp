#include "portal/request.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <initializer_list>
#include <new>
#include <string_view>

namespace kaido::portal {
namespace {

namespace json = boost::json;

constexpr std::size_t kNonce = 64;  // digits
constexpr std::size_t kKey = 44;    // characters of a WireGuard key
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignature = 2048;  // characters

/// Wipes what it gets back: the parser keeps the code here.
class WipingMemory final : public json::memory_resource {
  // The alignment is at most what `new` gives; Boost 1.81 names another one when it frees a key.
  void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
    return ::operator new(bytes);
  }
  void do_deallocate(void* at, std::size_t bytes, std::size_t /*alignment*/) override {
    wipe({static_cast<std::uint8_t*>(at), bytes});
    ::operator delete(at);
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

/// A flat object's fields, which are texts; remembers what was not as it must be.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  /// Every field has been asked for and was right.
  [[nodiscard]] bool are_good() const { return good_ && asked_ == object_.size(); }
  /// Not longer than `largest`, not empty.
  std::string_view text(std::string_view name, std::size_t largest) {
    const auto found = optional_text(name, largest);
    good_ = good_ && !found.empty();
    return found;
  }
  std::string_view optional_text(std::string_view name, std::size_t largest) {
    const auto* value = object_.if_contains(json::string_view(name.data(), name.size()));
    if (value == nullptr) return {};
    ++asked_;
    const auto* text = value->if_string();
    good_ = good_ && text != nullptr && text->size() <= largest;
    return good_ ? std::string_view(text->data(), text->size()) : std::string_view();
  }
  /// Without line feeds and the like.
  std::string_view optional_line(std::string_view name) {
    return check_line(optional_text(name, kLargestUser));
  }
  std::string_view line(std::string_view name) { return check_line(text(name, kLargestUser)); }
  std::string_view check_line(std::string_view text) {
    constexpr unsigned char kDelete = 0x7f;
    require(std::ranges::none_of(text, [](char each) {
      const auto code = static_cast<unsigned char>(each);
      return code < ' ' || code == kDelete;
    }));
    return text;
  }
  void require(bool holds) { good_ = good_ && holds; }

 private:
  const json::object& object_;
  std::size_t asked_ = 0;
  bool good_ = true;
};

bool is_base64(std::string_view text) {
  const auto body = text.substr(0, text.find('='));
  const auto padding = text.size() - body.size();
  return text.size() % 4 == 0 && padding <= 2 &&
         text.substr(body.size()).find_first_not_of('=') == std::string_view::npos &&
         std::ranges::all_of(body, [](char each) {
           return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') ||
                  (each >= '0' && each <= '9') || each == '+' || each == '/';
         });
}

/// Empty: it is none.
std::string from_base64(std::string_view text) {
  if (text.empty() || !is_base64(text)) return {};
  std::string bytes(text.size(), '\0');  // there are fewer
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  const auto padding = text.size() - std::min(text.size(), text.find('='));
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string nonce(Fields& fields) {
  const auto text = fields.text("nonce", kNonce);
  fields.require(text.size() == kNonce && std::ranges::all_of(text, [](char each) {
                   return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
                 }));
  return std::string(text);
}

std::string key(Fields& fields) {
  const auto text = fields.optional_text("wireguard_key", kKey);
  fields.require(text.empty() || from_base64(text).size() == kKeyBytes);
  return std::string(text);
}

std::string signature(Fields& fields) {
  auto bytes = from_base64(fields.text("signature", kSignature));
  fields.require(!bytes.empty());
  return bytes;
}

Verb verb(Fields& fields) {
  const auto text = fields.text("verb", kLargestUser);
  if (text == "state") return Verb::state;
  if (text == "extend") return Verb::extend;
  fields.require(text == "log-out");
  return Verb::log_out;
}

Body body_of(Route route, Fields& fields, const std::string& source) {
  switch (route) {
    case Route::nonce:
      return AskNonce{.source = source};
    case Route::login:
      return LogIn{.source = source,
                   .user = std::string(fields.line("user")),
                   .code = Secret(fields.optional_line("code")),
                   .certificates = std::string(fields.text("certificates", kLargestText)),
                   .nonce = nonce(fields),
                   .wireguard_key = key(fields),
                   .signature = signature(fields)};
    case Route::session:
      return OfSession{.verb = verb(fields),
                       .source = source,
                       .certificates = std::string(fields.text("certificates", kLargestText)),
                       .nonce = nonce(fields),
                       .session = std::string(fields.line("session")),
                       .signature = signature(fields)};
  }
  return AskNonce{};
}

}  // namespace

std::optional<Body> parse_request(Route route, const Secret& text, const std::string& source) {
  WipingMemory memory;
  json::parse_options options;
  options.max_depth = 1;
  json::parser parser(&memory, options);
  parser.reset(&memory);
  json::error_code code;
  const auto content = text.reveal_text();
  parser.write(json::string_view(content.data(), content.size()), code);
  if (code) return {};
  const auto value = parser.release();
  const auto* object = value.if_object();
  if (object == nullptr) return {};
  Fields fields(*object);
  auto body = body_of(route, fields, source);
  if (!fields.are_good()) return {};
  return body;
}

}  // namespace kaido::portal
