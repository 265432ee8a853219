#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "config/schema.hpp"
#include "unit/config/folder.hpp"

namespace kaido::config {
namespace {

LoadedConfiguration loaded_of(const char* name) {
  auto loaded = load_text(read_text(std::filesystem::path(DATA) / name), "kaido.toml",
                          {.now = kNow, .read_files = false});
  return loaded ? std::move(*loaded) : LoadedConfiguration{};
}

Model model_of(const char* name) { return loaded_of(name).model; }

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

TEST(Show, SpellsOutEverythingOfPeople) {
  expect_golden(show(model_of("people.toml")), "people.shown.toml");
}

TEST(Show, MakesTheSiteEntryOfABranch) {
  const auto loaded = loaded_of("branch.toml");
  expect_golden(site_entry(loaded, loaded.model.hubs.at(0)), "branch.site.toml");
}

TEST(Show, TellsLimitsAndProbingAsTheyWereWritten) {
  auto text = read_text(std::filesystem::path(DATA) / "branch.toml");
  text = replaced(text, "hubs = [\"plain\"]", "hubs = [\"plain\"]\nmax_loss_percent = 0.7");
  text = replaced(text, "wireguard_port = 51820", "probe = \"10.99.1.1\"\nwireguard_port = 51820");
  text = replaced(text, "[ike]", "[probing]\ninterval_ms = 20\n[ike]");
  const LoadOptions options{.now = kNow, .read_files = false};
  const auto model = load_text(text, "kaido.toml", options).value_or(LoadedConfiguration{}).model;
  EXPECT_EQ(model.probing, (Probing{20, 1250, 5000}));
  EXPECT_DOUBLE_EQ(model.networks.at(1).max_loss, 0.007);
  EXPECT_EQ(model.networks.at(0).max_delay_ms, 400);
  for (const auto* line : {"\nmax_loss_percent = 0.7\n", "\nprobe = \"10.99.1.1\"\n",
                           "[probing]\ninterval_ms = 20\nidle_interval_ms = 1250\n"})
    EXPECT_NE(show(model).find(line), std::string::npos) << line;
  const auto again = load_text(show(model), "kaido.toml", options).value_or(LoadedConfiguration{});
  EXPECT_EQ(diff(model, {}, again), std::vector<std::string>{})
      << "what is shown reads as the same";
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
