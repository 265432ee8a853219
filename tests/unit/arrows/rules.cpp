#include "rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <regex>
#include <string_view>

namespace kaido::arrows {
namespace fs = std::filesystem;
namespace {

/// The engine's runners, each engine/NAME.{hpp,cpp} and engine/NAME_*.
const Parts kRunners{"tunnels", "paths", "returns"};

/// Parts each of whose folders knows no other one.
const Parts kDivided{"adapters", "wire"};

const char* const kDaemon = "daemon/kaidod";

/// The part that a file belongs to, and the rest of its path.
std::pair<std::string, fs::path> part_of(const fs::path& path) {
  for (const auto& [part, targets] : allowed()) {
    const auto rest = path.lexically_relative(folder_of(part));
    if (!rest.empty() && *rest.begin() != "..") return {part, rest};
  }
  return {};
}

/// The first name of a path that has more than one.
std::string first_folder(const fs::path& path) {
  return path.has_parent_path() ? path.begin()->string() : std::string();
}

std::string join(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) text += word;
  return text;
}

std::string without_marks(const std::string& include) {
  return include.substr(1, include.size() - 2);
}

std::string runner_of(const std::string& stem) {
  const auto found = std::ranges::find_if(kRunners, [&](const auto& runner) {
    return stem == runner || stem.starts_with(runner + "_");
  });
  return found == kRunners.end() ? std::string() : *found;
}

struct Target {
  std::string part;
  std::string folder;  ///< the first below a divided part
  fs::path list;
  std::vector<std::string> links;
};

std::vector<std::string> words(const std::string& text) {
  static const std::regex word(R"([^\s]+)");
  return {std::sregex_token_iterator(text.begin(), text.end(), word), {}};
}

std::map<std::string, Target> targets_of(const std::vector<File>& lists) {
  static const std::regex made(
      R"((?:kaido_library|add_library|add_executable)\(\s*(\w+)([^)]*)\))");
  static const std::regex linked(R"(target_link_libraries\(\s*(\w+)([^)]*)\))");
  std::map<std::string, Target> targets;
  for (const auto& list : lists) {
    const auto [part, rest] = part_of(list.path);
    for (std::sregex_iterator at(list.text.begin(), list.text.end(), made), end; at != end; ++at)
      targets[(*at)[1]] = {part, first_folder(rest), list.path, words((*at)[2])};
    for (std::sregex_iterator at(list.text.begin(), list.text.end(), linked), end; at != end; ++at)
      std::ranges::copy(words((*at)[2]), std::back_inserter(targets[(*at)[1]].links));
  }
  return targets;
}

Breaches wrong_links(const std::map<std::string, Target>& targets) {
  Breaches breaches;
  for (const auto& [name, target] : targets)
    for (const auto& link : target.links) {
      const auto to = targets.find(link);
      if (link == "kaido_asio" && target.part == "core")
        breaches.push_back(join({name, " links Asio"}));
      if (to == targets.end() || name == link) continue;
      const bool same = to->second.part == target.part;
      const bool apart = kDivided.contains(target.part) && to->second.folder != target.folder;
      if (same ? apart : !allowed().at(target.part).contains(to->second.part))
        breaches.push_back(join({name, " links ", link}));
    }
  return breaches;
}

/// The list of `folder`, or the one above that adds the folder to its own target.
bool is_built_from_above(const fs::path& folder, const std::vector<File>& lists) {
  const std::regex foreach_with("foreach\\(part[^)]*\\b" + folder.filename().string() + "\\b");
  return std::ranges::any_of(lists, [&](const File& list) {
    return list.path.parent_path() == folder.parent_path() &&
           std::regex_search(list.text, foreach_with);
  });
}

}  // namespace

const std::map<std::string, Parts>& allowed() {
  static const std::map<std::string, Parts> arrows{
      {"core", {"kaido"}},
      {"ports", {"kaido", "core"}},
      {"config", {"kaido", "core"}},
      {"engine", {"kaido", "core", "ports"}},
      {"wire", {"kaido"}},
      {"adapters", {"kaido", "core", "ports", "wire"}},
      {"api", {"kaido", "core", "engine", "wire"}},
      {"app", {"kaido", "core", "ports", "config", "engine", "adapters", "wire", "api"}},
      {"cli", {"kaido", "core", "config"}},
      {"reflector", {"kaido"}},
      {"portal", {"kaido"}},
      {"kaido", {}},
  };
  return arrows;
}

fs::path folder_of(const std::string& part) {
  if (part == "cli") return "cli";
  if (part == "reflector") return "daemon/reflector";
  if (part == "portal") return "daemon/portal";
  if (part == "kaido") return "include/kaido";
  return fs::path(kDaemon) / part;
}

Breaches wrong_includes(const File& file) {
  const auto [part, rest] = part_of(file.path);
  Breaches breaches;
  for (const auto& include : includes(file.text)) {
    const fs::path target(without_marks(include));
    const auto to = first_folder(target);
    if (to != part && allowed().contains(to) && !allowed().at(part).contains(to))
      breaches.push_back(join({file.path.string(), ": ", include}));
    const auto below = first_folder(target.lexically_relative(to));
    if (to == part && kDivided.contains(part) && below != first_folder(rest))
      breaches.push_back(
          join({file.path.string(), ": one of ", part, " knows no other: ", include}));
  }
  return breaches;
}

Breaches impurities(const File& file) {
  static const std::regex header(
      R"([<"](?:(?:boost|sys|linux|net|netinet|arpa|openssl|sdbus-c\+\+|systemd)/.*)"
      R"(|(?:unistd|fcntl|time|signal|pthread|stdio)\.h)"
      R"(|ctime|csignal|cstdio|fstream|filesystem|iostream|thread|mutex|shared_mutex)"
      R"(|condition_variable|future|atomic|semaphore|stop_token)[>"])");
  static const std::regex use(
      R"(::now\s*\(|\b(?:time|localtime|clock|open|openat|socket|connect|recv|send)\s*\()"
      R"(|\b(?:clock_gettime|gettimeofday|fopen|freopen|getenv|secure_getenv|setenv)\b)"
      R"(|\b(?:getrandom|getentropy|rand|srand)\s*\(|\brandom_device\b)"
      R"(|\bstd::(?:i|o)?fstream\b|\bstd::filesystem\b|\bstd::(?:cout|cerr|clog|cin)\b)"
      R"(|\bstd::(?:j?thread|async|mutex|this_thread)\b)",
      std::regex::ECMAScript | std::regex::optimize);
  Breaches breaches;
  for (const auto& include : includes(file.text))
    if (std::regex_match(include, header))
      breaches.push_back(join({file.path.string(), ": ", include}));
  const auto code = code_of(file.text);
  for (std::sregex_iterator at(code.begin(), code.end(), use), end; at != end; ++at)
    breaches.push_back(join({file.path.string(), ": ", at->str()}));
  return breaches;
}

Breaches runners_that_meet(const File& file) {
  if (part_of(file.path).first != "engine") return {};
  const auto own = runner_of(file.path.stem().string());
  if (own.empty()) return {};
  Breaches breaches;
  for (const auto& include : includes(file.text)) {
    const fs::path target(without_marks(include));
    const auto other = runner_of(target.stem().string());
    if (first_folder(target) == "engine" && !other.empty() && other != own)
      breaches.push_back(join({file.path.string(), ": ", include}));
  }
  return breaches;
}

Breaches wrong_targets(const std::vector<File>& lists, const std::vector<File>& sources) {
  const auto targets = targets_of(lists);
  auto breaches = wrong_links(targets);
  std::set<fs::path> folders;
  for (const auto& source : sources) folders.insert(source.path.parent_path());
  for (const auto& folder : folders) {
    const auto count = std::ranges::count_if(
        targets, [&](const auto& target) { return target.second.list.parent_path() == folder; });
    if (count == 1 || (count == 0 && is_built_from_above(folder, lists))) continue;
    breaches.push_back(folder.string() + " has " + std::to_string(count) + " targets");
  }
  return breaches;
}

}  // namespace kaido::arrows
