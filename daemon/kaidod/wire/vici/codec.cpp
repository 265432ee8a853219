#include "wire/vici/codec.hpp"

#include <cstdint>
#include <optional>

namespace kaido::vici {
namespace {

enum Tag : std::uint8_t {
  section_start = 1,
  section_end = 2,
  key_value = 3,
  list_start = 4,
  list_item = 5,
  list_end = 6,
};

std::unexpected<Error> malformed(std::string what) {
  return failure(Condition::charon_protocol, std::move(what));
}

template <typename T>
const T* find(const std::vector<Element>& elements, std::string_view name) {
  for (const auto& element : elements) {
    if (element.name != name) continue;
    if (const auto* value = std::get_if<T>(&element.value)) return value;
  }
  return nullptr;
}

class Encoder {
 public:
  Result<std::string> run(const Section& message) {
    write(message, 0);
    if (!problem_.empty()) return malformed(std::move(problem_));
    return std::move(out_);
  }

 private:
  void write(const Section& section, std::size_t depth) {
    if (depth > kMaxDepth) problem_ = "a message to send is nested too deep";
    if (!problem_.empty()) return;
    for (const auto& element : section.elements()) write(element, depth);
  }

  void write(const Element& element, std::size_t depth) {
    if (const auto* text = std::get_if<std::string>(&element.value)) {
      start(key_value, element.name);
      value(element.name, *text);
    } else if (const auto* items = std::get_if<std::vector<std::string>>(&element.value)) {
      start(list_start, element.name);
      for (const auto& item : *items) {
        out_ += static_cast<char>(list_item);
        value(element.name, item);
      }
      out_ += static_cast<char>(list_end);
    } else {
      start(section_start, element.name);
      write(std::get<Section>(element.value), depth + 1);
      out_ += static_cast<char>(section_end);
    }
  }

  void start(Tag tag, const std::string& name) {
    if (name.size() > 0xff) problem_ = "a name to send is longer than 255 bytes";
    out_ += static_cast<char>(tag);
    out_ += static_cast<char>(name.size());
    out_ += name;
  }

  // The name, never the value, goes into the error: a value may be a private key.
  void value(const std::string& name, const std::string& text) {
    if (text.size() > 0xffff) problem_ = "the value of " + name + " is longer than 65535 bytes";
    out_ += static_cast<char>(text.size() >> 8);
    out_ += static_cast<char>(text.size() & 0xff);
    out_ += text;
  }

  std::string out_;
  std::string problem_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  Result<Section> run() {
    while (!rest_.empty()) {
      const auto tag = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (!(items_ ? in_list(tag) : in_section(tag))) return malformed(std::move(problem_));
    }
    if (items_) return malformed("a list is not closed");
    if (open_.size() > 1) return malformed("a section is not closed");
    return std::move(root_);
  }

 private:
  bool refuse(const char* why) {
    problem_ = why;
    return false;
  }

  bool in_list(std::uint8_t tag) {
    if (tag == list_end) {
      items_ = nullptr;
      return true;
    }
    if (tag != list_item) return refuse("something other than an item is inside a list");
    auto text = take(2);
    if (!text) return refuse("a list item is truncated");
    items_->emplace_back(*text);
    return true;
  }

  bool in_section(std::uint8_t tag) {
    if (tag == section_end) {
      if (open_.size() == 1) return refuse("a section ends that never began");
      open_.pop_back();
      return true;
    }
    if (tag == list_item || tag == list_end) return refuse("a list item is outside a list");
    if (tag != section_start && tag != key_value && tag != list_start)
      return refuse("an element of an unknown type");
    auto name = take(1);
    if (!name) return refuse("a name is truncated");
    return begin(tag, std::string(*name));
  }

  bool begin(std::uint8_t tag, std::string name) {
    auto& here = open_.back()->elements();
    if (tag == section_start) {
      if (open_.size() > kMaxDepth) return refuse("sections are nested too deep");
      // The pointer stays good while the section is open: its parent does not grow meanwhile.
      here.push_back({std::move(name), Section{}});
      open_.push_back(&std::get<Section>(here.back().value));
    } else if (tag == list_start) {
      here.push_back({std::move(name), std::vector<std::string>{}});
      items_ = &std::get<std::vector<std::string>>(here.back().value);
    } else {
      auto text = take(2);
      if (!text) return refuse("a value is truncated");
      here.push_back({std::move(name), std::string(*text)});
    }
    return true;
  }

  /// A string after its length of `width` bytes.
  std::optional<std::string_view> take(std::size_t width) {
    if (rest_.size() < width) return {};
    std::size_t size = 0;
    for (std::size_t i = 0; i < width; ++i) size = size << 8 | static_cast<std::uint8_t>(rest_[i]);
    rest_.remove_prefix(width);
    if (rest_.size() < size) return {};
    const auto text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  std::string_view rest_;
  Section root_;
  std::vector<Section*> open_{&root_};
  std::vector<std::string>* items_ = nullptr;
  std::string problem_;
};

}  // namespace

Section& Section::add(std::string name, std::string value) {
  elements_.push_back({std::move(name), std::move(value)});
  return *this;
}

Section& Section::add_list(std::string name, std::vector<std::string> items) {
  elements_.push_back({std::move(name), std::move(items)});
  return *this;
}

Section& Section::add_section(std::string name, Section section) {
  elements_.push_back({std::move(name), std::move(section)});
  return *this;
}

std::string_view Section::get(std::string_view name) const {
  const auto* value = find<std::string>(elements_, name);
  return value ? std::string_view(*value) : std::string_view();
}

const std::vector<std::string>& Section::list(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto* items = find<std::vector<std::string>>(elements_, name);
  return items ? *items : kNone;
}

const Section* Section::section(std::string_view name) const {
  return find<Section>(elements_, name);
}

std::vector<std::pair<std::string_view, const Section*>> Section::sections() const {
  std::vector<std::pair<std::string_view, const Section*>> found;
  for (const auto& element : elements_)
    if (const auto* section = std::get_if<Section>(&element.value))
      found.emplace_back(element.name, section);
  return found;
}

bool operator==(const Section& a, const Section& b) {
  if (a.elements_.size() != b.elements_.size()) return false;
  for (std::size_t i = 0; i < a.elements_.size(); ++i)
    if (a.elements_[i].name != b.elements_[i].name || a.elements_[i].value != b.elements_[i].value)
      return false;
  return true;
}

Result<std::string> encode(const Section& message) { return Encoder().run(message); }

Result<Section> decode(std::string_view bytes) { return Decoder(bytes).run(); }

}  // namespace kaido::vici
