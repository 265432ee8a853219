#include "config/tree.hpp"

#include <algorithm>

// Compiled here only, and as headers, so that fuzzers and sanitizers see its inside.
#define TOML_HEADER_ONLY 1
// toml++ 3.3 asserts what a wrong file can violate ("[[\\" as a header), and only then reports it.
// Without NDEBUG that is an abort, with NDEBUG and clang an assumption that makes the report
// undefined behaviour. The fuzzer watches over what follows.
#undef NDEBUG
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace kaido::config {
namespace {

Place place_of(const toml::source_region& region) {
  return {static_cast<std::uint32_t>(region.begin.line),
          static_cast<std::uint32_t>(region.begin.column)};
}

Node convert(toml::node& node);

Table convert_table(toml::table& table) {
  Table entries;
  entries.reserve(table.size());
  for (auto&& [key, value] : table)
    entries.push_back({std::string(key.str()), place_of(key.source()), convert(value)});
  // toml++ sorts by name; mistakes are better told from the top of the file to its end.
  std::ranges::sort(entries, {}, &Entry::place);
  return entries;
}

Array convert_array(toml::array& array) {
  Array items;
  items.reserve(array.size());
  for (auto& item : array) items.push_back(convert(item));
  return items;
}

Node convert(toml::node& node) {
  Node result{place_of(node.source()), OtherValue{}};
  if (auto* table = node.as_table()) {
    result.value = convert_table(*table);
  } else if (auto* array = node.as_array()) {
    result.value = convert_array(*array);
  } else if (auto* text = node.as_string()) {
    result.value = std::move(text->get());
  } else if (auto* number = node.as_integer()) {
    result.value = number->get();
  } else if (auto* real = node.as_floating_point()) {
    result.value = real->get();
  } else if (auto* flag = node.as_boolean()) {
    result.value = flag->get();
  }
  return result;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto* table = as<Table>();
  if (table == nullptr) return nullptr;
  const auto found = std::ranges::find(*table, key, &Entry::key);
  return found == table->end() ? nullptr : &found->value;
}

const char* Node::kind() const {
  struct Namer {
    const char* operator()(const OtherValue&) const { return "a date or time"; }
    const char* operator()(bool) const { return "true or false"; }
    const char* operator()(std::int64_t) const { return "a number"; }
    const char* operator()(double) const { return "a number with a fraction"; }
    const char* operator()(const std::string&) const { return "a string"; }
    const char* operator()(const Array&) const { return "a list"; }
    const char* operator()(const Table&) const { return "a table"; }
  };
  return std::visit(Namer{}, value);
}

std::expected<Node, Diagnostic> parse(std::string_view text) {
  auto result = toml::parse(text);
  if (!result) {
    const auto place = place_of(result.error().source());
    return std::unexpected(Diagnostic{.file = {},
                                      .line = place.line,
                                      .column = place.column,
                                      .message = std::string(result.error().description()),
                                      .hint = {}});
  }
  auto document = std::move(result).table();
  return Node{{1, 1}, convert_table(document)};
}

}  // namespace kaido::config
