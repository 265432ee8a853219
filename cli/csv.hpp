// Records of a CSV file (RFC 4180), and where each field begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"

namespace kaido::cli {

class CsvReader {
 public:
  struct Field {
    std::string text;
    std::uint32_t line = 1;    ///< where it begins, from 1
    std::uint32_t column = 1;  ///< in characters, from 1
  };
  using Record = std::vector<Field>;

  /// `text` is valid UTF-8 and outlives the reader, as `mistakes` does, which takes what is wrong.
  CsvReader(std::string_view text, Diagnostics& mistakes) : text_(text), mistakes_(mistakes) {}

  /// The next record that is no empty line; an empty one at the end.
  [[nodiscard]] Record next();

 private:
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// The length of the line end that is here: 0, 1 or 2.
  [[nodiscard]] std::size_t line_end() const;
  [[nodiscard]] bool at_field_end() const;
  void take(std::string& to);
  void pass_line_end();
  void wrong(std::uint32_t line, std::uint32_t column, std::string message);
  [[nodiscard]] Field field();
  void quoted(Field& field);
  void unquoted(Field& field);

  std::string_view text_;
  Diagnostics& mistakes_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace kaido::cli
