// The codec of the messages between kaido-portal and kaidod.
#include "kaido/portal_link.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace kaido::portal {
namespace {

constexpr std::size_t kNumber = 8;  // bytes
constexpr std::size_t kLength = 4;  // bytes before a text

/// A text of one line at most: it is a line of what is signed, and no value may pass for two.
template <typename Text>
struct Line {
  Text& text;
  std::size_t largest = kLargestUser;
};
template <typename Text>
struct Block {
  Text& text;
};
template <typename Enumeration>
struct Choice {
  Enumeration& value;
  std::uint8_t last;
};

/// The fields of each kind, in their order; `M` is the message, const or not.
template <typename M, typename Visit>
void fields(M& message, Visit&& visit) {
  using Kind = std::remove_const_t<M>;
  if constexpr (std::is_same_v<Kind, AskNonce>) {
    visit(Line{message.source});
  } else if constexpr (std::is_same_v<Kind, LogIn>) {
    visit(Line{message.source});
    visit(Line{message.user});
    visit(message.code);
    visit(Block{message.certificates});
    visit(Line{message.nonce});
    visit(Line{message.wireguard_key});
    visit(Block{message.signature});
  } else if constexpr (std::is_same_v<Kind, OfSession>) {
    visit(Choice{message.verb, std::uint8_t{3}});
    visit(Line{message.source});
    visit(Block{message.certificates});
    visit(Line{message.nonce});
    visit(Line{message.session});
    visit(Block{message.signature});
  } else if constexpr (std::is_same_v<Kind, Nonce>) {
    visit(Line{message.nonce});
    visit(Line{message.hub, kLargestText});
  } else {
    visit(Choice{message.outcome, std::uint8_t{5}});
    visit(Line{message.session});
    visit(message.ends);
    visit(message.now);
    visit(message.again);
    visit(Line{message.hub_key});
    visit(message.port);
    visit(Block{message.addresses});
    visit(Block{message.networks});
    visit(message.preshared_key);
    visit(Line{message.user});
    visit(Line{message.device});
    visit(Line{message.device_key});
    visit(Block{message.devices});
    visit(Line{message.certificate});
  }
}

bool is_line(std::string_view text, std::size_t largest) {
  return text.size() <= largest && text.find('\n') == std::string_view::npos;
}

/// Adds up the bytes and finds what may not be sent.
struct Measure {
  std::size_t size = 0;
  bool fits = true;

  void add(std::size_t bytes, std::size_t largest) {
    fits = fits && bytes <= largest;
    size += kLength + bytes;
  }
  template <typename Text>
  void operator()(const Line<Text>& line) {
    fits = fits && is_line(line.text, line.largest);
    add(line.text.size(), line.largest);
  }
  template <typename Text>
  void operator()(const Block<Text>& block) {
    add(block.text.size(), kLargestText);
  }
  template <typename E>
  void operator()(const Choice<E>& choice) {
    const auto value = std::to_underlying(choice.value);
    fits = fits && value >= 1 && value <= choice.last;
    size += kNumber;
  }
  void operator()(const Secret& secret) { add(secret.size(), kLargestUser); }
  void operator()(std::int64_t /*value*/) { size += kNumber; }
};

/// Writes into room that was measured.
class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> room) : room_(room) {}

  void number(std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i > 0; --i)
      room_[at_++] = static_cast<std::uint8_t>(value >> (8 * (i - 1)));
  }
  void bytes(std::span<const std::uint8_t> text) {
    number(text.size(), kLength);
    std::ranges::copy(text, room_.subspan(at_).begin());
    at_ += text.size();
  }
  template <typename Text>
  void operator()(const Line<Text>& line) {
    text(line.text);
  }
  template <typename Text>
  void operator()(const Block<Text>& block) {
    text(block.text);
  }
  template <typename E>
  void operator()(const Choice<E>& choice) {
    number(std::to_underlying(choice.value), kNumber);
  }
  void operator()(const Secret& secret) { bytes(secret.reveal()); }
  void operator()(std::int64_t value) { number(static_cast<std::uint64_t>(value), kNumber); }

 private:
  void text(std::string_view text) {
    bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  std::span<std::uint8_t> room_;
  std::size_t at_ = 0;
};

/// Reads what may be anything; after the first mistake nothing more.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] bool is_done() const { return good_ && rest_.empty(); }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const auto byte : take(bytes)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
  }
  std::string_view text(std::size_t largest) {
    const auto size = number(kLength);
    good_ = good_ && size <= largest;
    const auto found = take(good_ ? static_cast<std::size_t>(size) : 0);
    return {reinterpret_cast<const char*>(found.data()), found.size()};
  }
  void operator()(const Line<std::string>& line) {
    line.text = text(line.largest);
    good_ = good_ && is_line(line.text, line.largest);
  }
  void operator()(const Block<std::string>& block) { block.text = text(kLargestText); }
  void operator()(Secret& secret) { secret = Secret(text(kLargestUser)); }
  void operator()(std::int64_t& value) { value = static_cast<std::int64_t>(number(kNumber)); }
  template <typename E>
  void operator()(const Choice<E>& choice) {
    const auto value = number(kNumber);
    good_ = good_ && value >= 1 && value <= choice.last;
    if (good_) choice.value = static_cast<E>(value);
  }

 private:
  std::span<const std::byte> take(std::size_t bytes) {
    good_ = good_ && bytes <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return taken;
  }

  std::span<const std::byte> rest_;
  bool good_ = true;
};

/// The body of the kind: AskNonce is 1, and so on in the order of Body.
template <std::size_t I = 0>
std::optional<Body> body_of(std::uint64_t kind) {
  if constexpr (I == std::variant_size_v<Body>) {
    return {};
  } else {
    return kind == I + 1 ? std::optional<Body>(std::in_place, std::in_place_index<I>)
                         : body_of<I + 1>(kind);
  }
}

const char* to_string(Verb verb) {
  switch (verb) {
    case Verb::state:
      return "state";
    case Verb::extend:
      return "extend";
    case Verb::log_out:
      return "log-out";
  }
  return "";
}

std::string lines(std::initializer_list<std::string_view> values) {
  std::string text;
  for (const auto value : values) text.append(value).append("\n");
  return text;
}

}  // namespace

std::optional<Secret> encode(const Packet& packet) {
  Measure measure{.size = 2 + kNumber};
  std::visit([&](const auto& body) { fields(body, measure); }, packet.body);
  if (!measure.fits || measure.size > kLargest) return {};
  auto bytes = Secret::zeros(measure.size);
  Writer writer(bytes.writable());
  writer.number(packet.body.index() + 1, 1);
  writer.number(kVersion, 1);
  writer.number(packet.id, kNumber);
  std::visit([&](const auto& body) { fields(body, writer); }, packet.body);
  return bytes;
}

std::optional<Packet> decode(std::span<const std::byte> bytes) {
  if (bytes.size() > kLargest) return {};
  Reader reader(bytes);
  auto body = body_of(reader.number(1));
  if (!body || reader.number(1) != kVersion) return {};
  Packet packet{.id = reader.number(kNumber), .body = std::move(*body)};
  std::visit([&](auto& each) { fields(each, reader); }, packet.body);
  if (!reader.is_done()) return {};
  return packet;
}

std::string login_text(std::string_view nonce, std::string_view hub, std::string_view user,
                       std::string_view wireguard_key) {
  return lines({"kaido login 1", nonce, hub, user, wireguard_key});
}

std::string session_text(std::string_view nonce, std::string_view hub, Verb verb,
                         std::string_view session) {
  return lines({"kaido session 1", nonce, hub, to_string(verb), session});
}

}  // namespace kaido::portal
