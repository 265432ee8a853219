// The one table of everything that kaido.toml may say. Unknown keys, wrong types, ranges, defaults
// and `show` all come out of it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "core/model.hpp"

namespace kaido::config {

/// The tables of the file.
enum class Section : std::uint8_t {
  root,
  gateway,
  identity,
  wireguard,
  ike,
  probing,
  uplink,
  hub,
  hub_endpoint,
  slot,
  network,
  endpoint,
  site,
  site_slot,
  people,
  group,
};

/// What a value is; `list_of` says whether it comes in an array.
enum class Type : std::uint8_t {
  number,         ///< an integer within min and max
  decimal,        ///< with or without a fraction; min and max are tenths
  flag,           ///< true or false
  choice,         ///< one of `words`
  name,           ///< letters, digits, '.', '_', '-'; 32 at most
  text,           ///< any text
  domain,         ///< a host name
  path,           ///< a file; relative ones start at the configuration's folder
  device,         ///< an interface name
  address,        ///< IPv4 or IPv6
  prefix,         ///< address/length without host bits
  host_prefix,    ///< an address, or address/32, address/128
  wireguard_key,  ///< 44 characters of base64
  proposal,       ///< charon's notation
  time_of_day,    ///< "04:00"
  hours,          ///< times of the day, with or without days
  table,          ///< [name]
};

/// Which gateways a key is for, as bits.
enum Roles : std::uint8_t { kSite = 1, kHub = 2, kAll = kSite | kHub };

struct Key {
  Section section;
  std::string_view name;
  Type type;
  bool list = false;
  bool required = false;
  Roles roles = kAll;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view words;         ///< of a choice, separated by '|'
  std::string_view preset;        ///< the default as TOML; empty: none
  Section inner = Section::root;  ///< of a table
  std::string_view help;          ///< one line for people
};

[[nodiscard]] std::span<const Key> keys();
/// Keys of one section, in the order in which `show` writes them.
[[nodiscard]] std::span<const Key> keys(Section section);
/// nullptr: no such key.
[[nodiscard]] const Key* find_key(Section section, std::string_view name);
/// "[gateway]", "[[hub.endpoint]]", "an entry of slots".
[[nodiscard]] std::string_view title(Section section);
/// "a number from 1 to 65535", "a list of addresses" …
[[nodiscard]] std::string expectation(const Key& key);
/// One item of a list: "an address".
[[nodiscard]] std::string expectation_of_item(const Key& key);
[[nodiscard]] Roles roles_of(Role role);
/// All keys as Markdown tables: the second half of configs/README.md.
[[nodiscard]] std::string reference();

/// The default of a numeric key.
[[nodiscard]] std::int64_t preset_number(Section section, std::string_view name);
/// The default of a decimal key.
[[nodiscard]] double preset_decimal(Section section, std::string_view name);
/// The default of a key with text, without quotes.
[[nodiscard]] std::string preset_text(Section section, std::string_view name);

}  // namespace kaido::config
