// docs/log.md is what people search the journal by.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/messages.hpp"

namespace kaido {
namespace {

using Rows = std::vector<std::string>;  // "TUNNEL_UP notice"

Rows documented() {
  std::ifstream file(KAIDO_SOURCE_DIR "/docs/log.md");
  static const std::regex row(R"(^\| `([A-Z_]+)` \| ([a-z]+) \| .*\S.* \|$)");
  Rows rows;
  std::smatch match;
  for (std::string line; std::getline(file, line);)
    if (std::regex_match(line, match, row)) rows.push_back(match[1].str() + " " + match[2].str());
  return rows;
}

Rows known() {
  static constexpr std::array priorities{"error", "warning", "notice", "info", "debug"};  // from 3
  Rows rows;
  for (std::uint8_t i = 0;; ++i) try {
      const auto& message = info(static_cast<Message>(i));
      rows.push_back(std::string(message.id) + " " + priorities.at(message.priority - 3U));
    } catch (const std::out_of_range&) {  // that was the last one
      return rows;
    }
}

TEST(LogReference, ListsEveryMessageWithItsPriority) { EXPECT_EQ(documented(), known()); }

}  // namespace
}  // namespace kaido
