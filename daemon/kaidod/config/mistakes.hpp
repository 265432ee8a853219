// Collects what is wrong with one configuration file.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "config/files.hpp"
#include "config/tree.hpp"
#include "core/diagnostic.hpp"

namespace kaido::config {

/// Mistakes shown at once; a file with more gets a last line that counts the others.
inline constexpr std::size_t kMostMistakes = 50;

class Mistakes {
 public:
  explicit Mistakes(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string message, std::string hint = {});
  /// A file that `key` names cannot be used.
  void add(Place place, std::string_view key, const FileFault& fault);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  /// " (line 12)": how a message names the other place.
  [[nodiscard]] static std::string at(Place place);
  /// In the order of their places, kMostMistakes at most.
  [[nodiscard]] Diagnostics take() &&;

 private:
  void keep(Diagnostic mistake);

  std::string file_;
  Diagnostics found_;
  std::size_t dropped_ = 0;
};

/// The one of `known` with the smallest edit distance to `word`; empty when none is near enough to
/// be what was meant.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string_view>& known);
/// `did you mean "x"?`, or empty.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string_view>& known);
/// Text of the file for use in a message: cut to a sensible length, control characters as '?'.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace kaido::config
