#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "config/schema.hpp"
#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

Model model_of(const char* name) {
  auto loaded = load_text(read_text(std::filesystem::path(DATA) / name), "kaido.toml",
                          {.now = kNow, .read_files = false});
  return loaded ? std::move(*loaded) : Model{};
}

/// After a deliberate change: KAIDO_GOLDEN=write rewrites the files; read the difference.
bool writes_golden() {
  const char* mode = std::getenv("KAIDO_GOLDEN");
  return mode != nullptr && std::string_view(mode) == "write";
}

void expect_golden(const std::string& text, const char* name) {
  const auto file = std::filesystem::path(DATA) / name;
  if (writes_golden()) std::ofstream(file) << text;
  EXPECT_EQ(text, read_text(file));
}

TEST(Show, SpellsOutEveryDefaultOfABranch) {
  expect_golden(show(model_of("branch.toml")), "branch.shown.toml");
}

TEST(Show, SpellsOutEveryDefaultOfAHub) {
  expect_golden(show(model_of("hub.toml")), "hub.shown.toml");
}

TEST(Show, MakesTheSiteEntryOfABranch) {
  const auto model = model_of("branch.toml");
  expect_golden(site_entry(model, model.hubs.at(0)), "branch.site.toml");
}

TEST(Reference, OfTheReadmeIsWhatTheSchemaSays) {
  constexpr std::string_view kStart = "<!-- written by the unit test of config/ -->\n";
  const auto file = std::filesystem::path(SAMPLES) / "README.md";
  auto text = read_text(file);
  const auto start = text.find(kStart);
  ASSERT_NE(start, std::string::npos);
  const auto wanted = text.substr(0, start + kStart.size()) + reference();
  if (writes_golden()) std::ofstream(file) << wanted;
  EXPECT_TRUE(text == wanted || writes_golden()) << "run this with KAIDO_GOLDEN=write";
}

TEST(Show, QuotesWhatTomlWouldMisread) {
  auto model = model_of("branch.toml");
  model.hubs.at(0).identity = "C=JP, O=\"Kaido\\\"\x01";
  EXPECT_NE(show(model).find(R"(identity = "C=JP, O=\"Kaido\\\"\u0001")"), std::string::npos);
}

}  // namespace
}  // namespace kaido::config
