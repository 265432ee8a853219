// HTML that grows. What is not a literal of this program goes through text(), and so through the
// one escape().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kaido::portal {

/// For content and for values in double quotes.
[[nodiscard]] std::string escape(std::string_view text);

class Html {
 public:
  /// A literal, as it is.
  template <std::size_t Size>
  Html& markup(const char (&literal)[Size]) {  // NOLINT(*-avoid-c-arrays)
    out_.append(literal, Size - 1);
    return *this;
  }
  Html& text(std::string_view text) {
    out_ += escape(text);
    return *this;
  }
  /// Another piece of such HTML.
  Html& piece(const Html& other) {
    out_ += other.out_;
    return *this;
  }
  /// <p>…</p>
  Html& paragraph(std::string_view text) { return markup("<p>").text(text).markup("</p>\n"); }
  [[nodiscard]] const std::string& done() const { return out_; }

 private:
  std::string out_;
};

}  // namespace kaido::portal
