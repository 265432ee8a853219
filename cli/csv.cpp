#include "csv.hpp"

#include <utility>

#include "text_people.hpp"

namespace kaido::cli {

std::size_t CsvReader::line_end() const {
  const auto rest = text_.substr(at_);
  if (rest.starts_with("\r\n")) return 2;
  return rest.starts_with('\n') ? 1 : 0;
}

bool CsvReader::at_field_end() const { return at_end() || text_[at_] == ',' || line_end() > 0; }

void CsvReader::take(std::string& to) {
  const char c = text_[at_++];
  to += c;
  if (c == '\n') {
    ++line_;
    column_ = 1;
  } else if (at_end() || (static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
    ++column_;  // with the last byte of a character
  }
}

void CsvReader::pass_line_end() {
  at_ += line_end();
  ++line_;
  column_ = 1;
}

void CsvReader::wrong(std::uint32_t line, std::uint32_t column, std::string message) {
  mistakes_.push_back({.line = line, .column = column, .message = std::move(message)});
}

CsvReader::Record CsvReader::next() {
  while (!at_end() && line_end() > 0) pass_line_end();
  Record record;
  if (at_end()) return record;
  record.push_back(field());
  while (!at_end() && text_[at_] == ',') {
    std::string comma;
    take(comma);
    record.push_back(field());
  }
  if (!at_end()) pass_line_end();
  return record;
}

CsvReader::Field CsvReader::field() {
  Field field{.text = {}, .line = line_, .column = column_};
  if (!at_end() && text_[at_] == '"')
    quoted(field);
  else
    unquoted(field);
  return field;
}

void CsvReader::quoted(Field& field) {
  std::string passed;
  take(passed);
  for (;;) {
    if (at_end()) return wrong(field.line, field.column, text::csv_quote_open);
    if (text_[at_] != '"') {
      take(field.text);
      continue;
    }
    take(passed);
    if (at_end() || text_[at_] != '"') break;
    take(field.text);
  }
  if (at_field_end()) return;
  wrong(line_, column_, text::csv_after_quote);
  while (!at_field_end()) take(passed);
}

void CsvReader::unquoted(Field& field) {
  bool told = false;
  while (!at_field_end()) {
    if (text_[at_] == '"' && !std::exchange(told, true))
      wrong(line_, column_, text::csv_quote_inside);
    take(field.text);
  }
}

}  // namespace kaido::cli
