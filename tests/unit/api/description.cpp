#include "description.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <regex>

namespace kaido::api {
namespace {

void remove_comments(std::string& text) {
  for (auto begin = text.find("<!--"); begin != std::string::npos; begin = text.find("<!--"))
    text.erase(begin, text.find("-->", begin) + 3 - begin);
}

/// That of org.kaido.Gateway1 alone.
std::string interface_of(const std::string& text) {
  const auto begin = text.find("<interface name=\"org.kaido.Gateway1\">");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find("</interface>", begin) - begin);
}

std::map<std::string, std::string> attributes(const std::string& tag) {
  static const std::regex attribute("(\\w+)=\"([^\"]*)\"");
  std::map<std::string, std::string> found;
  for (std::sregex_iterator i(tag.begin(), tag.end(), attribute), end; i != end; ++i)
    found.emplace((*i)[1], (*i)[2]);
  return found;
}

std::string argument(std::map<std::string, std::string> of) {
  const auto& direction = of["direction"];
  return " (" + direction + (direction.empty() ? "" : " ") + of["type"] + " " + of["name"] + ")";
}

}  // namespace

std::set<std::string> members(std::string text) {
  static const std::regex element("<(method|signal|property|arg)\\b([^>]*)>");
  remove_comments(text);
  text = interface_of(text);
  std::set<std::string> found;
  std::string member;
  for (std::sregex_iterator i(text.begin(), text.end(), element), end; i != end; ++i) {
    const auto kind = (*i)[1].str();
    auto of = attributes((*i)[2]);
    if (kind == "arg") {
      member += argument(of);
      continue;
    }
    if (!member.empty()) found.insert(member);
    member = kind + " " + of["name"];
    if (kind == "property") member += " " + of["type"] + " " + of["access"];
  }
  if (!member.empty()) found.insert(member);
  return found;
}

std::string description() {
  std::ifstream file(KAIDO_SOURCE_DIR "/include/kaido/dbus/org.kaido.Gateway1.xml");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kaido::api
