#include "config/shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kaido::config {
namespace {

class ShapeCheck {
 public:
  ShapeCheck(Roles roles, Mistakes& mistakes) : roles_(roles), mistakes_(mistakes) {}

  void table(const Node& node, Section section) {
    for (const auto& entry : *node.as<Table>()) check_entry(entry, section);
    for (const auto& key : keys(section)) {
      // With the role unknown nothing that only one role needs can be missing.
      const bool needed = key.required && (key.roles & roles_) == roles_;
      if (needed && node.find(key.name) == nullptr)
        mistakes_.add(
            node.place,
            fmt::format("{} needs \"{}\": {}", title(section), key.name, expectation(key)),
            std::string(key.help));
    }
  }

 private:
  void check_entry(const Entry& entry, Section section) {
    const auto* key = find_key(section, entry.key);
    if (key == nullptr) {
      unknown(entry, section);
    } else if ((key->roles & roles_) == 0) {
      const auto what = section == Section::root ? std::string(title(key->inner))
                                                 : fmt::format("\"{}\"", entry.key);
      mistakes_.add(entry.place,
                    fmt::format("{} is for {}", what,
                                key->roles == kHub ? "a hub, and this gateway is a site"
                                                   : "a site, and this gateway is a hub"),
                    R"(see "role" in [gateway])");
    } else {
      check_value(entry.value, *key);
    }
  }

  void unknown(const Entry& entry, Section section) {
    std::vector<std::string_view> known;
    for (const auto& key : keys(section))
      if ((key.roles & roles_) != 0) known.push_back(key.name);
    auto hint = did_you_mean(entry.key, known);
    if (hint.empty()) {
      for (const auto& key : keys())
        if (key.name == entry.key && (key.roles & roles_) != 0) {
          hint = fmt::format("it belongs in {}", title(key.section));
          break;
        }
    }
    if (hint.empty()) hint = fmt::format("known here: {}", fmt::join(known, ", "));
    mistakes_.add(entry.place,
                  fmt::format("unknown key {} in {}", in_quotes(entry.key), title(section)),
                  std::move(hint));
  }

  void check_value(const Node& node, const Key& key) {
    if (!key.list) {
      check_item(node, key);
      return;
    }
    const auto* items = node.as<Array>();
    if (items == nullptr) {
      wrong(node, key, fmt::format("expected {}, found {}", expectation(key), node.kind()));
      return;
    }
    for (const auto& item : *items) check_item(item, key);
  }

  void check_item(const Node& node, const Key& key) {
    const auto expected =
        key.list && key.type != Type::table ? expectation_of_item(key) : expectation(key);
    const auto mismatch = [&] {
      wrong(node, key, fmt::format("expected {}, found {}", expected, node.kind()));
    };
    if (key.type == Type::table) {
      if (node.as<Table>() == nullptr) return mismatch();
      table(node, key.inner);
    } else if (key.type == Type::number) {
      const auto* number = node.as<std::int64_t>();
      if (number == nullptr) return mismatch();
      if (*number < key.min || *number > key.max)
        wrong(node, key, fmt::format("expected {}, found {}", expected, *number));
    } else if (key.type == Type::decimal) {
      const auto number = as_decimal(node);
      if (!number) return mismatch();
      // Asked this way round, what is not a number (nan) is refused, too.
      const bool within = *number * 10 >= static_cast<double>(key.min) &&
                          *number * 10 <= static_cast<double>(key.max);
      if (!within) wrong(node, key, fmt::format("expected {}, found {:g}", expected, *number));
    } else if (key.type == Type::flag) {
      if (node.as<bool>() == nullptr) mismatch();
    } else {
      const auto* text = node.as<std::string>();
      if (text == nullptr) return mismatch();
      if (auto fault = fault_of(key, *text))
        wrong(node, key, fault->message, std::move(fault->hint));
    }
  }

  void wrong(const Node& node, const Key& key, const std::string& message, std::string hint = {}) {
    mistakes_.add(node.place, fmt::format("{}: {}", key.name, message), std::move(hint));
  }

  Roles roles_;
  Mistakes& mistakes_;
};

}  // namespace

void check_shape(const Node& document, Roles roles, Mistakes& mistakes) {
  ShapeCheck(roles, mistakes).table(document, Section::root);
}

std::optional<Role> stated_role(const Node& document) {
  const auto* gateway = document.find("gateway");
  const auto* role = gateway == nullptr ? nullptr : gateway->find("role");
  const auto* word = role == nullptr ? nullptr : role->as<std::string>();
  if (word == nullptr) return std::nullopt;
  for (const auto candidate : {Role::branch, Role::hub})
    if (*word == to_string(candidate)) return candidate;
  return std::nullopt;
}

}  // namespace kaido::config
