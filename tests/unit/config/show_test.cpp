#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

Model model_of(const char* name) {
  auto loaded = load_text(read_text(std::filesystem::path(DATA) / name), "kaido.toml",
                          {.now = kNow, .read_files = false});
  return loaded ? std::move(*loaded) : Model{};
}

/// After a deliberate change: KAIDO_GOLDEN=write rewrites the files; read the difference.
void expect_golden(const std::string& text, const char* name) {
  const auto file = std::filesystem::path(DATA) / name;
  if (const char* mode = std::getenv("KAIDO_GOLDEN"); mode && std::string_view(mode) == "write")
    std::ofstream(file) << text;
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

TEST(Show, QuotesWhatTomlWouldMisread) {
  auto model = model_of("branch.toml");
  model.hubs.at(0).identity = "C=JP, O=\"Kaido\\\"\x01";
  EXPECT_NE(show(model).find(R"(identity = "C=JP, O=\"Kaido\\\"\u0001")"), std::string::npos);
}

}  // namespace
}  // namespace kaido::config
