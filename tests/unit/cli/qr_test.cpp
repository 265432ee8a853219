#include "output/qr.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace kaido::cli {
namespace {

QrCode code_of(std::string_view text) { return QrCode::of(Secret(text)).value(); }

std::vector<std::string> lines_of(const Secret& drawn) {
  std::istringstream stream{std::string(drawn.reveal_text())};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// What a camera sees of a line: "1" for dark, the upper modules and the lower ones.
std::pair<std::string, std::string> modules_of(const std::string& line) {
  std::pair<std::string, std::string> rows;
  const std::string begin = "\x1b[30;107m";
  const std::string end = "\x1b[0m";
  EXPECT_TRUE(line.starts_with(begin) && line.ends_with(end));
  const auto blocks = line.substr(begin.size(), line.size() - begin.size() - end.size());
  for (std::size_t at = 0; at < blocks.size();) {
    const auto length = character_length(std::string_view(blocks).substr(at));
    const auto block = blocks.substr(at, length);
    EXPECT_TRUE(block == " " || block == "▀" || block == "▄" || block == "█") << block;
    rows.first += block == "▀" || block == "█" ? '1' : '0';
    rows.second += block == "▄" || block == "█" ? '1' : '0';
    at += length;
  }
  return rows;
}

TEST(Qr, AShortTextTakesTheSmallestCodeWithItsThreeEyes) {
  const auto code = code_of("kaido");
  ASSERT_EQ(code.size(), 21U) << "version 1 (ISO/IEC 18004)";
  for (const auto& [left, top] : {std::pair(0U, 0U), std::pair(14U, 0U), std::pair(0U, 14U)})
    for (std::size_t y = 0; y < 7; ++y)
      for (std::size_t x = 0; x < 7; ++x) {
        const auto ring = std::max(x > 3 ? x - 3 : 3 - x, y > 3 ? y - 3 : 3 - y);
        EXPECT_EQ(code.dark(left + x, top + y), ring != 2) << left << ' ' << top;
      }
  for (std::size_t i = 8; i < 13; ++i) EXPECT_EQ(code.dark(i, 6), i % 2 == 0) << "timing";
  EXPECT_FALSE(code.dark(21, 0));
  EXPECT_FALSE(code.dark(0, 21));
}

TEST(Qr, ATerminalGetsEveryModuleAndTheQuietZone) {
  const auto code = code_of("otpauth://totp/Kaido:mika?secret=JBSWY3DPEHPK3PXP&issuer=Kaido");
  for (const std::size_t quiet : {2U, 4U}) {
    const auto side = code.size() + 2 * quiet;
    const auto lines = lines_of(draw_qr(code, quiet));
    ASSERT_EQ(lines.size(), (side + 1) / 2);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto [upper, lower] = modules_of(lines[i]);
      ASSERT_EQ(upper.size(), side);
      for (std::size_t x = 0; x < side; ++x) {
        EXPECT_EQ(upper[x] == '1', code.dark(x - quiet, 2 * i - quiet));
        EXPECT_EQ(lower[x] == '1', code.dark(x - quiet, 2 * i + 1 - quiet));
      }
    }
  }
}

TEST(Qr, TheQuietZoneGivesWayBeforeTheCodeDoes) {
  EXPECT_EQ(quiet_zone(41, {.columns = 80, .rows = 0}), 4U);
  EXPECT_EQ(quiet_zone(41, {.columns = 49, .rows = 26}), 4U);
  EXPECT_EQ(quiet_zone(41, {.columns = 48, .rows = 26}), 2U);
  EXPECT_EQ(quiet_zone(41, {.columns = 80, .rows = 25}), 2U);
  EXPECT_EQ(quiet_zone(41, {.columns = 45, .rows = 24}), 2U) << "an issuer of 20 letters, SHA1";
  EXPECT_EQ(quiet_zone(41, {.columns = 44, .rows = 26}), std::nullopt);
  EXPECT_EQ(quiet_zone(41, {.columns = 80, .rows = 23}), std::nullopt);
}

TEST(Qr, ThePictureIsWellFormedAndHasEveryDarkModule) {
  const auto code = code_of("kaido");
  std::istringstream text{std::string(draw_qr_svg(code).reveal_text())};
  boost::property_tree::ptree tree;
  ASSERT_NO_THROW(boost::property_tree::read_xml(text, tree));
  EXPECT_EQ(tree.get<std::string>("svg.<xmlattr>.viewBox"), "0 0 29 29");
  EXPECT_EQ(tree.get<std::string>("svg.rect.<xmlattr>.fill"), "#fff");
  std::istringstream path(tree.get<std::string>("svg.path.<xmlattr>.d"));
  std::size_t found = 0;
  for (std::string module; std::getline(path, module, 'z'); ++found) {
    std::size_t x = 0;
    std::size_t y = 0;
    char letter = 0;
    std::istringstream(module) >> letter >> x >> y;
    EXPECT_EQ(letter, 'M');
    EXPECT_TRUE(code.dark(x - 4, y - 4)) << module;
  }
  std::size_t dark = 0;
  for (std::size_t y = 0; y < code.size(); ++y)
    for (std::size_t x = 0; x < code.size(); ++x) dark += code.dark(x, y) ? 1 : 0;
  EXPECT_EQ(found, dark);
}

TEST(Qr, WhatNoCodeHoldsIsAFailure) {
  EXPECT_FALSE(QrCode::of(Secret(std::string(3000, 'x'))));
  EXPECT_FALSE(QrCode::of(Secret()));
}

}  // namespace
}  // namespace kaido::cli
