#include "adapters/nftables/nf_tables.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <nftables/libnftables.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <string_view>
#include <vector>

namespace kaido::nftables {
namespace {

struct Answer {
  bool done = false;
  std::string output;
  std::string error;  ///< one line

  [[nodiscard]] bool absent() const {
    return error.find("No such file or directory") != std::string::npos;
  }
  [[nodiscard]] Error to_error() const {
    const bool denied = error.find("Operation not permitted") != std::string::npos;
    return {denied ? Condition::permission_denied : Condition::firewall_refused, error};
  }
};

/// nft's complaint without the lines that quote the text and point into it.
std::string first_line(std::string_view text) {
  const std::string line(text.substr(0, text.find('\n')));
  return line.empty() ? "nft gave no reason" : line;
}

/// Stateless: counters do not matter. Numeric: names out of /etc would make the listing depend on
/// files that are nobody's business here.
Answer run(const std::string& commands,
           unsigned flags = NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_NUMERIC_ALL) {
  const std::unique_ptr<nft_ctx, decltype(&nft_ctx_free)> context(nft_ctx_new(NFT_CTX_DEFAULT),
                                                                  &nft_ctx_free);
  if (!context) return {.done = false, .output = {}, .error = "nft has no memory"};
  nft_ctx_output_set_flags(context.get(), flags);
  nft_ctx_buffer_output(context.get());
  nft_ctx_buffer_error(context.get());
  Answer answer{.done = nft_run_cmd_from_buffer(context.get(), commands.c_str()) == 0,
                .output = nft_ctx_get_output_buffer(context.get()),
                .error = {}};
  if (!answer.done) answer.error = first_line(nft_ctx_get_error_buffer(context.get()));
  return answer;
}

/// The first half of SHA-256: a comment has room for two of them.
std::string hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size / 2; ++i) hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

std::string mark_of(const std::string& body, const std::string& content) {
  return fmt::format("{} {}", hash(body), hash(content));
}

constexpr std::string_view kMarkStart = "\n\tchain kaido_loaded {\n\t\tcomment \"";
constexpr std::string_view kMarkEnd = "\"\n\t}\n";

struct Listing {
  std::string content;              ///< without the mark
  std::optional<std::string> mark;  ///< mark_of() when it was loaded
};

Listing split(std::string text) {
  const auto start = text.find(kMarkStart);
  if (start == std::string::npos) return {std::move(text), std::nullopt};
  const auto from = start + kMarkStart.size();
  const auto end = text.find(kMarkEnd, from);
  if (end == std::string::npos) return {std::move(text), std::nullopt};
  auto mark = text.substr(from, end - from);
  text.erase(start, end + kMarkEnd.size() - start);
  return {std::move(text), std::move(mark)};
}

/// libnftables builds large trees (20,000 elements: 30 MB); the daemon must not keep their pages.
constexpr std::size_t kLarge = 65'536;  // bytes

constexpr std::array<std::string_view, 4> kCounters{"allowed4", "allowed6", "passed4", "passed6"};

std::string_view text(const boost::json::object& object, const char* member) {
  const auto* value = object.if_contains(member);
  const auto* string = value == nullptr ? nullptr : value->if_string();
  return string == nullptr ? std::string_view() : std::string_view(*string);
}

/// The objects of one kind in nft's answer (libnftables-json(5)).
Result<std::vector<boost::json::object>> list_json(const std::string& command, const char* kind) {
  const auto listed = run(command, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_TERSE);
  if (!listed.done) return std::unexpected(listed.to_error());
  try {
    std::vector<boost::json::object> objects;
    const auto answer = boost::json::parse(listed.output);
    for (const auto& item : answer.at("nftables").as_array())
      if (const auto* object = item.as_object().if_contains(kind))
        objects.push_back(object->as_object());
    return objects;
  } catch (const std::exception&) {
    return failure(Condition::firewall_refused, "nft's answer makes no sense");
  }
}

constexpr char kList[] = "list table inet kaido";

bool ours(const boost::json::object& object) {
  return text(object, "family") == "inet" && text(object, "table") == "kaido";
}

constexpr std::string_view kElements = " elements = { ";
constexpr std::string_view kSetEnd = " } }";

struct SetText {
  std::string head;                ///< up to its elements
  std::set<std::string> elements;  ///< as they are written
};

/// A body without its sets, and these by name: each is a line, as core/nft_text writes it.
struct Parts {
  std::string rest;
  std::set<std::string> chains;
  std::set<std::string> counters;
  std::map<std::string, SetText> sets;
};

std::string word_after(std::string_view line, std::string_view kind) {
  line.remove_prefix(kind.size());
  return std::string(line.substr(0, line.find(' ')));
}

SetText parse_set(std::string_view line) {
  const auto begin = line.find(kElements);
  if (begin == std::string_view::npos && line.ends_with(" }")) line.remove_suffix(2);
  SetText set{.head = std::string(line.substr(0, begin)), .elements = {}};
  if (begin == std::string_view::npos || !line.ends_with(kSetEnd)) return set;
  line = line.substr(begin + kElements.size());
  line.remove_suffix(kSetEnd.size());
  for (const auto element : std::views::split(line, std::string_view(", ")))
    set.elements.emplace(element.begin(), element.end());
  return set;
}

Parts parse(const std::string& body) {
  Parts parts;
  for (const auto range : std::views::split(body, '\n')) {
    const std::string_view line(range.begin(), range.end());
    if (line.starts_with("  set ")) {
      parts.sets.emplace(word_after(line, "  set "), parse_set(line));
      continue;
    }
    if (line.starts_with("  chain ")) parts.chains.insert(word_after(line, "  chain "));
    if (line.starts_with("  counter ")) parts.counters.insert(word_after(line, "  counter "));
    parts.rest.append(line) += '\n';
  }
  return parts;
}

/// `from` without what is in `other`, for `verb` element; empty: nothing.
std::string elements(const char* verb, const std::string& set, const std::set<std::string>& from,
                     const std::set<std::string>& other) {
  std::vector<std::string> only;
  std::ranges::set_difference(from, other, std::back_inserter(only));
  if (only.empty()) return {};
  return fmt::format("{} element inet kaido {} {{ {} }}\n", verb, set, fmt::join(only, ", "));
}

/// One transaction that makes `body` out of `loaded`, and leaves chains where they hook and
/// elements where they are. A table that is deleted goes on judging packets for a moment, and sets
/// of intervals over several fields have their new elements a moment later than the rules that ask
/// them: either drops what both tables let through.
std::string changes(const std::string& loaded, const std::string& body) {
  const auto old = parse(loaded);
  const auto wanted = parse(body);
  std::string commands = "flush table inet kaido\n";
  std::string made;
  for (const auto& chain : old.chains)
    if (!wanted.chains.contains(chain)) commands += "delete chain inet kaido " + chain + "\n";
  for (const auto& counter : old.counters)  // those that stay begin at nothing
    commands += "delete counter inet kaido " + counter + "\n";
  for (const auto& [name, set] : old.sets) {
    const auto same = wanted.sets.find(name);
    if (same == wanted.sets.end() || same->second.head != set.head)
      commands += "delete set inet kaido " + name + "\n";
    else
      commands += elements("delete", name, set.elements, same->second.elements) +
                  elements("add", name, same->second.elements, set.elements);
  }
  for (const auto& [name, set] : wanted.sets) {
    const auto same = old.sets.find(name);
    if (same != old.sets.end() && same->second.head == set.head) continue;
    made += set.head;
    if (set.elements.empty())
      made += " }\n";
    else
      made += fmt::format("{}{}{}\n", kElements, fmt::join(set.elements, ", "), kSetEnd);
  }
  return fmt::format("{}delete chain inet kaido kaido_loaded\ntable inet kaido {{\n{}{}}}\n",
                     commands, made, wanted.rest);
}

}  // namespace

Result<void> NfTables::replace(const std::string& body) {
  Answer loaded;
  if (!loaded_.empty() && holds(loaded_).value_or(false)) loaded = run(changes(loaded_, body));
  // It is of another body, or somebody touched it. "add" first: deleting what is not there
  // would fail.
  if (!loaded.done)
    loaded = run(fmt::format(
        "add table inet kaido\ndelete table inet kaido\ntable inet kaido {{\n{}\n}}\n", body));
  loaded_.clear();
  if (!loaded.done) return std::unexpected(loaded.to_error());
  const auto listed = run(kList);
  if (!listed.done) return std::unexpected(listed.to_error());
  // Should the process die before this, holds() says no and the table is loaded again.
  const auto marked = run(fmt::format("add chain inet kaido kaido_loaded {{ comment \"{}\"; }}\n",
                                      mark_of(body, split(listed.output).content)));
  malloc_trim(0);
  if (!marked.done) return std::unexpected(marked.to_error());
  loaded_ = body;
  return {};
}

Result<bool> NfTables::holds(const std::string& body) {
  const auto listed = run(kList);
  if (!listed.done && listed.absent()) return false;
  if (!listed.done) return std::unexpected(listed.to_error());
  if (listed.output.size() > kLarge) malloc_trim(0);
  const auto listing = split(listed.output);
  if (listing.mark != mark_of(body, listing.content)) return false;
  if (loaded_ != body) loaded_ = body;  // an earlier process made it
  return true;
}

Result<bool> NfTables::exists() {
  const auto listed = run("list table inet kaido\n");
  if (!listed.done && listed.absent()) return false;
  if (!listed.done) return std::unexpected(listed.to_error());
  return true;
}

Result<ForwardCounts> NfTables::forwarded() {
  const auto objects = list_json("list counters table inet kaido\n", "counter");
  if (!objects) return std::unexpected(objects.error());
  ForwardCounts counts;
  std::size_t known = 0;
  for (const auto& object : *objects) {
    const auto found = std::ranges::find(kCounters, text(object, "name"));
    if (found == kCounters.end()) continue;
    const auto index = static_cast<std::size_t>(found - kCounters.begin());
    auto& both = index < 2 ? counts.allowed : counts.passed;
    both.at(index % 2) = object.at("packets").to_number<std::uint64_t>();
    ++known;
  }
  if (known == kCounters.size()) return counts;
  return failure(Condition::firewall_refused, "the table has no counters");
}

Result<std::vector<ForeignChain>> NfTables::foreign_forward_chains() {
  const auto objects = list_json("list chains\n", "chain");
  if (!objects) return std::unexpected(objects.error());
  std::vector<ForeignChain> chains;
  for (const auto& object : *objects) {
    if (ours(object) || text(object, "hook") != "forward" || text(object, "family") == "bridge")
      continue;
    chains.push_back({.name = fmt::format("{} {} {}", text(object, "family"), text(object, "table"),
                                          text(object, "name")),
                      .drops_rest = text(object, "policy") == "drop"});
  }
  return chains;
}

Result<void> NfTables::remove() {
  const auto removed = run("delete table inet kaido\n");
  if (!removed.done && !removed.absent()) return std::unexpected(removed.to_error());
  return {};
}

}  // namespace kaido::nftables
