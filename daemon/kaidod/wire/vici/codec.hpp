// VICI messages as a tree of values. Pure: no I/O, no Asio. The format is strongSwan's own
// (src/libcharon/plugins/vici/README.md): sections, key/value pairs and lists, in order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kaido/error.hpp"

namespace kaido::vici {

struct Element;

/// A section of a message, or a whole message. Keeps the order of its elements; a name may occur
/// more than once, look-ups give the first.
class Section {
 public:
  Section& add(std::string name, std::string value);
  Section& add_list(std::string name, std::vector<std::string> items);
  Section& add_section(std::string name, Section section);

  /// The value of a key, or "" when there is none (charon writes no empty values that matter).
  [[nodiscard]] std::string_view get(std::string_view name) const;
  /// The items of a list, or an empty one.
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  /// A section in here, or nullptr.
  [[nodiscard]] const Section* section(std::string_view name) const;
  /// Every section in here with its name, in order.
  [[nodiscard]] std::vector<std::pair<std::string_view, const Section*>> sections() const;

  [[nodiscard]] const std::vector<Element>& elements() const { return elements_; }
  [[nodiscard]] std::vector<Element>& elements() { return elements_; }
  friend bool operator==(const Section& a, const Section& b);

 private:
  std::vector<Element> elements_;
};

struct Element {
  std::string name;
  std::variant<std::string, std::vector<std::string>, Section> value;
};

/// Sections deeper than this are refused; charon's own messages stay below six.
inline constexpr std::size_t kMaxDepth = 16;

/// The bytes of a message. Refuses with charon_protocol names over 255 bytes, values over 65,535
/// and sections nested too deep.
[[nodiscard]] Result<std::string> encode(const Section& message);

/// The message in `bytes`, all of it. Refuses with charon_protocol: truncated elements, unknown
/// element types, items outside a list, anything but items inside one, unbalanced sections,
/// sections nested deeper than kMaxDepth.
[[nodiscard]] Result<Section> decode(std::string_view bytes);

}  // namespace kaido::vici
