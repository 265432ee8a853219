#include "people_csv.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "core/session/people.hpp"
#include "csv.hpp"
#include "output/terminal.hpp"
#include "text_people.hpp"

namespace kaido::cli {
namespace {

using Field = CsvReader::Field;
using Record = CsvReader::Record;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t longest_display = 200;
constexpr std::size_t absent = SIZE_MAX;

/// Where the columns are; `absent`: nowhere.
struct Columns {
  std::size_t name = absent;
  std::size_t display = absent;
  std::size_t groups = absent;
  std::size_t policy = absent;
  std::size_t count = 0;
};

class People {
 public:
  explicit People(Diagnostics& mistakes) : mistakes_(mistakes) {}

  /// False: without columns nothing else can be read.
  bool header(const Record& record);
  void add(const Record& record);
  [[nodiscard]] std::vector<NewPerson>& list() { return list_; }

 private:
  void wrong(const Field& at, std::string message, std::string hint = {}) {
    mistakes_.push_back({.line = at.line,
                         .column = at.column,
                         .message = std::move(message),
                         .hint = std::move(hint)});
  }
  void column(const Field& field, std::size_t number);
  void check_name(const Field& field);
  void check_display(const Field& field);
  std::vector<std::string> groups(const Field& field);
  void check_policy(const Field& field);

  Diagnostics& mistakes_;
  Columns columns_;
  std::vector<NewPerson> list_;
  std::map<std::string, std::uint32_t, std::less<>> lines_;  ///< of the names seen
};

void People::column(const Field& field, std::size_t number) {
  auto* place = field.text == "name"      ? &columns_.name
                : field.text == "display" ? &columns_.display
                : field.text == "groups"  ? &columns_.groups
                : field.text == "policy"  ? &columns_.policy
                                          : nullptr;
  if (place == nullptr) return wrong(field, text::csv_unknown_column(field.text));
  if (*place != absent) return wrong(field, text::csv_column_twice(field.text));
  *place = number;
}

bool People::header(const Record& record) {
  const auto known = [](const Field& field) {
    return field.text == "name" || field.text == "display" || field.text == "groups" ||
           field.text == "policy";
  };
  const auto before = mistakes_.size();
  columns_.count = record.size();
  if (std::ranges::none_of(record, known)) {
    const auto first = record.empty() ? Field{} : record.front();
    wrong(first, text::csv_no_header,
          first.text.contains(';') ? text::csv_separated_by_commas : "");
    return false;
  }
  for (std::size_t i = 0; i < record.size(); ++i) column(record[i], i);
  if (columns_.name == absent && mistakes_.size() == before)
    wrong(record.front(), text::csv_no_header);
  return mistakes_.size() == before;
}

void People::check_name(const Field& field) {
  if (!session::valid_name(field.text)) {
    auto small = field.text;
    std::ranges::transform(small, small.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool fits = small != field.text && session::valid_name(small);
    return wrong(field, text::bad_user_name(field.text), fits ? text::did_you_mean(small) : "");
  }
  const auto [first, is_new] = lines_.emplace(field.text, field.line);
  if (!is_new) wrong(field, text::csv_name_twice(field.text, first->second));
}

void People::check_display(const Field& field) {
  if (field.text.size() > longest_display) return wrong(field, text::csv_display_long);
  if (!session::valid_text(field.text, longest_display)) wrong(field, text::csv_control);
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> People::groups(const Field& field) {
  std::vector<std::string> groups;
  if (trimmed(field.text).empty()) return groups;
  if (printable(field.text) != field.text) {
    wrong(field, text::csv_control);
    return groups;
  }
  std::set<std::string> seen;
  std::string_view rest = field.text;
  for (;;) {
    const auto end = rest.find(';');
    const auto group = trimmed(rest.substr(0, end));
    if (group.empty())
      wrong(field, text::csv_empty_group);
    else if (!seen.insert(group).second)
      wrong(field, text::csv_group_twice(group));
    else
      groups.push_back(group);
    if (end == std::string_view::npos) return groups;
    rest.remove_prefix(end + 1);
  }
}

void People::check_policy(const Field& field) {
  if (!field.text.empty() && !session::parse_policy(field.text))
    wrong(field, text::csv_bad_policy(field.text));
}

void People::add(const Record& record) {
  if (record.size() != columns_.count)
    return wrong(record.front(), text::csv_fields(record.size(), columns_.count));
  NewPerson person;
  const auto& name = record[columns_.name];
  check_name(name);
  person.name = name.text;
  if (columns_.display != absent) {
    check_display(record[columns_.display]);
    person.display = record[columns_.display].text;
  }
  if (columns_.groups != absent) person.groups = groups(record[columns_.groups]);
  if (columns_.policy != absent) {
    check_policy(record[columns_.policy]);
    person.policy = record[columns_.policy].text;
  }
  list_.push_back(std::move(person));
}

/// Where the text is no UTF-8; nothing after it can be trusted to be what it looks like.
std::optional<Diagnostic> not_utf8(std::string_view text) {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0)
      return Diagnostic{.line = line,
                        .column = column,
                        .message = text::csv_not_utf8,
                        .hint = text::csv_save_as_utf8};
    ++column;
    if (text[0] == '\n') {
      ++line;
      column = 1;
    }
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::vector<NewPerson>, Diagnostics> read_people(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const auto broken = not_utf8(text)) return std::unexpected(Diagnostics{*broken});
  Diagnostics mistakes;
  CsvReader reader(text, mistakes);
  People people(mistakes);
  if (!people.header(reader.next())) return std::unexpected(std::move(mistakes));
  for (auto record = reader.next(); !record.empty(); record = reader.next()) people.add(record);
  if (people.list().empty() && mistakes.empty())
    mistakes.push_back({.line = 1, .column = 1, .message = text::csv_nobody});
  if (mistakes.empty()) return std::move(people.list());
  std::ranges::sort(mistakes, {}, [](const Diagnostic& mistake) {
    return std::tuple(mistake.line, mistake.column, mistake.message);
  });
  return std::unexpected(std::move(mistakes));
}

std::string shown_lines(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string shown(text);
  std::erase(shown, '\r');
  return shown;
}

}  // namespace kaido::cli
