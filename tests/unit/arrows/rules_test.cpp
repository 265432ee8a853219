// That the checks find what they look for: each on a sample that must fail.
#include "rules.hpp"

#include <gtest/gtest.h>

namespace kaido::arrows {
namespace {

File in_core(const std::string& text) { return {"daemon/kaidod/core/sample.cpp", text}; }

TEST(WrongIncludes, AreFoundWhereAnArrowPointsUpwards) {
  EXPECT_EQ(wrong_includes(in_core("#include \"engine/log.hpp\"\n")).size(), 1U);
  EXPECT_EQ(wrong_includes({"daemon/kaidod/wire/vici/a.cpp", "#include \"core/ike.hpp\"\n"}).size(),
            1U);
  EXPECT_EQ(wrong_includes({"include/kaido/a.hpp", "  #  include <core/ike.hpp>\n"}).size(), 1U);
  EXPECT_TRUE(wrong_includes(in_core("#include \"core/ike.hpp\"\n#include <map>\n")).empty());
  EXPECT_TRUE(
      wrong_includes({"daemon/kaidod/adapters/vici/a.cpp", "#include \"wire/vici/codec.hpp\"\n"})
          .empty());
}

TEST(WrongIncludes, AreFoundBetweenAdaptersAndBetweenClients) {
  for (const std::string part : {"adapters", "wire"}) {
    const auto own = "#include \"" + part + "/vici/b.hpp\"\n";
    const auto other = "#include \"" + part + "/netlink/b.hpp\"\n";
    EXPECT_TRUE(wrong_includes({"daemon/kaidod/" + part + "/vici/a.cpp", own}).empty());
    EXPECT_EQ(wrong_includes({"daemon/kaidod/" + part + "/vici/a.cpp", other}).size(), 1U) << part;
  }
}

TEST(Impurities, AreFoundInIncludes) {
  for (const char* const header :
       {"<sys/socket.h>", "<unistd.h>", "<fcntl.h>", "<ctime>", "<fstream>", "<filesystem>",
        "<iostream>", "<thread>", "<mutex>", "<boost/asio.hpp>", "<openssl/evp.h>", "<atomic>"})
    EXPECT_EQ(impurities(in_core(std::string("#include ") + header + "\n")).size(), 1U) << header;
  EXPECT_TRUE(impurities(in_core("#include <chrono>\n#include <random>\n")).empty());
}

TEST(Impurities, AreFoundInWhatIsUsed) {
  for (const char* const use : {"auto t = std::chrono::steady_clock::now();",
                                "using C = X; C::now ();",
                                "time(nullptr);",
                                "::time(&t);",
                                "clock_gettime(0, &t);",
                                "fopen(name, mode);",
                                "std::ifstream in(name);",
                                "std::ofstream out;",
                                "open(name, 0);",
                                "::open(name, 0);",
                                "getenv(name);",
                                "std::getenv(name);",
                                "std::random_device device;",
                                "std::thread t(f);",
                                "std::jthread t(f);",
                                "std::mutex m;",
                                "socket(1, 2, 3);",
                                "std::cerr << 1;",
                                "std::filesystem::exists(p);",
                                "rand();"})
    EXPECT_EQ(impurities(in_core(use)).size(), 1U) << use;
}

TEST(Impurities, AreNotSeenInNamesCommentsAndText) {
  for (const char* const text :
       {"// reads steady_clock::now() never\n", "/* std::thread\n std::mutex */",
        R"(const char* s = "time(0) \" getenv";)", R"_(auto s = R"(open(1) " socket(2))";)_",
        "run_time(1); uptime(2); last_open(3);", "state.now; later(now);", "reopen(x);",
        "int n = 1'000'000; // fopen(\n", R"(char c = '"'; int d = 2; // " getenv)"})
    EXPECT_TRUE(impurities(in_core(text)).empty()) << text;
  EXPECT_EQ(impurities(in_core(R"(char c = '"'; time(0); char d = '"';)")).size(), 1U)
      << "a quote as a character begins no text";
  EXPECT_EQ(impurities(in_core("int n = 1'000; time(0); int m = 2'000;")).size(), 1U)
      << "nor does an apostrophe between digits";
}

TEST(Runners, AreFoundWhenTheyMeet) {
  const auto meet = [](const char* file, const char* include) {
    return runners_that_meet({std::string("daemon/kaidod/engine/") + file,
                              std::string("#include \"engine/") + include + "\"\n"})
        .size();
  };
  EXPECT_EQ(meet("tunnels.hpp", "paths.hpp"), 1U);
  EXPECT_EQ(meet("paths.cpp", "returns.hpp"), 1U);
  EXPECT_EQ(meet("returns_listen.cpp", "tunnels_start.hpp"), 1U);
  EXPECT_EQ(meet("paths.cpp", "paths.hpp"), 0U);
  EXPECT_EQ(meet("paths.cpp", "board.hpp"), 0U);
  EXPECT_EQ(meet("engine.cpp", "paths.hpp"), 0U) << "it owns them all";
}

class WrongTargets : public testing::Test {
 protected:
  [[nodiscard]] std::size_t breaches() const { return wrong_targets(lists, sources).size(); }

  std::vector<File> lists{
      {"daemon/kaidod/core/CMakeLists.txt",
       "kaido_library(kaido_core fmt::fmt)\nforeach(part uplinks desired)\nendforeach()"},
      {"daemon/kaidod/wire/vici/CMakeLists.txt", "kaido_library(kaido_wire_vici kaido_asio)"},
      {"daemon/kaidod/adapters/vici/CMakeLists.txt",
       "kaido_library(kaido_vici kaido_core kaido_wire_vici)"}};
  std::vector<File> sources{{"daemon/kaidod/core/a.cpp", ""},
                            {"daemon/kaidod/core/desired/a.cpp", ""},
                            {"daemon/kaidod/adapters/vici/a.cpp", ""}};
};

TEST_F(WrongTargets, AreRightWithOneForEachFolder) { EXPECT_EQ(breaches(), 0U); }

TEST_F(WrongTargets, AreFoundWhereAFolderHasNone) {
  sources.push_back({"daemon/kaidod/adapters/journal/a.cpp", ""});
  EXPECT_EQ(breaches(), 1U);
}

TEST_F(WrongTargets, AreFoundWhereAFolderHasTwo) {
  lists[2].text += "\nadd_library(kaido_vici_more STATIC b.cpp)";
  EXPECT_EQ(breaches(), 1U);
}

TEST_F(WrongTargets, AreFoundWhenTheyLinkAgainstTheArrows) {
  lists[1].text = "kaido_library(kaido_wire_vici kaido_core)";
  EXPECT_EQ(breaches(), 1U);
  lists[1].text =
      "kaido_library(kaido_wire_vici)\ntarget_link_libraries(kaido_wire_vici PRIVATE kaido_core)";
  EXPECT_EQ(breaches(), 1U);
}

TEST_F(WrongTargets, AreFoundWhenAnAdapterLinksAnother) {
  lists.push_back(
      {"daemon/kaidod/adapters/fake/CMakeLists.txt", "kaido_library(kaido_fake kaido_vici)"});
  EXPECT_EQ(breaches(), 1U);
}

TEST_F(WrongTargets, AreFoundWhenCoreLinksAsio) {
  lists[0].text = "kaido_library(kaido_core kaido_asio)\nforeach(part desired)\nendforeach()";
  EXPECT_EQ(breaches(), 1U);
}

}  // namespace
}  // namespace kaido::arrows
