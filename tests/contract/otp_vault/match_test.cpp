// Which code fits, in which step, however it was typed.
#include <gtest/gtest.h>

#include <limits>

#include "contract/otp_vault/vault.hpp"

namespace kaido {
namespace {

using session::Algorithm;
using session::OtpShape;
using session::WallTime;

constexpr std::string_view kSeed20 = "12345678901234567890";
constexpr std::string_view kSeed32 = "12345678901234567890123456789012";
constexpr std::string_view kSeed64 =
    "1234567890123456789012345678901234567890123456789012345678901234";

std::string_view seed_of(Algorithm algorithm) {
  if (algorithm == Algorithm::sha256) return kSeed32;
  return algorithm == Algorithm::sha512 ? kSeed64 : kSeed20;
}

class OtpMatch : public ::testing::Test, protected KnownVault {
 protected:
  std::optional<std::uint64_t> step_of(std::string_view code, WallTime now,
                                       const OtpShape& shape = {.digits = 8}) {
    const auto found =
        vault.match("alice", seal("alice", seed_of(shape.algorithm)), shape, Secret(code), now);
    if (!found) ADD_FAILURE() << found.error().to_string();
    return found ? *found : std::nullopt;
  }
};

struct Vector {
  WallTime time;
  Algorithm algorithm;
  std::string_view code;
};

TEST_F(OtpMatch, KnowsTheCodesOfTheStandard) {
  // RFC 6238, appendix B.
  for (const auto& each :
       std::initializer_list<Vector>{{59, Algorithm::sha1, "94287082"},
                                     {59, Algorithm::sha256, "46119246"},
                                     {59, Algorithm::sha512, "90693936"},
                                     {1111111109, Algorithm::sha1, "07081804"},
                                     {1111111109, Algorithm::sha256, "68084774"},
                                     {1111111109, Algorithm::sha512, "25091201"},
                                     {1111111111, Algorithm::sha1, "14050471"},
                                     {1111111111, Algorithm::sha256, "67062674"},
                                     {1111111111, Algorithm::sha512, "99943326"},
                                     {1234567890, Algorithm::sha1, "89005924"},
                                     {1234567890, Algorithm::sha256, "91819424"},
                                     {1234567890, Algorithm::sha512, "93441116"},
                                     {2000000000, Algorithm::sha1, "69279037"},
                                     {2000000000, Algorithm::sha256, "90698825"},
                                     {2000000000, Algorithm::sha512, "38618901"},
                                     {20000000000, Algorithm::sha1, "65353130"},
                                     {20000000000, Algorithm::sha256, "77737706"},
                                     {20000000000, Algorithm::sha512, "47863826"}})
    EXPECT_EQ(step_of(each.code, each.time, {.algorithm = each.algorithm, .digits = 8}),
              static_cast<std::uint64_t>(each.time) / 30)
        << each.time << " " << each.code;
}

TEST_F(OtpMatch, TakesTheStepBeforeAndAfterAndNoOther) {
  // Its step is 37037036: from 1111111080 to 1111111109.
  constexpr std::string_view kCode = "07081804";
  constexpr WallTime kBegin = 1111111080;
  EXPECT_EQ(step_of(kCode, kBegin - 31), std::nullopt);
  EXPECT_EQ(step_of(kCode, kBegin - 30), 37037036U);
  EXPECT_EQ(step_of(kCode, kBegin), 37037036U);
  EXPECT_EQ(step_of(kCode, kBegin + 59), 37037036U);
  EXPECT_EQ(step_of(kCode, kBegin + 60), std::nullopt);
}

TEST_F(OtpMatch, TheStepsAreAsLongAsThePeriod) {
  // Step 1 of the standard's seed, whatever its length.
  for (const std::uint16_t period : std::initializer_list<std::uint16_t>{15, 60, 120}) {
    const OtpShape shape{.digits = 8, .period = period};
    EXPECT_EQ(step_of("94287082", period, shape), 1U);
    EXPECT_EQ(step_of("94287082", WallTime{3} * period - 1, shape), 1U);
    EXPECT_EQ(step_of("94287082", WallTime{3} * period, shape), std::nullopt);
  }
}

TEST_F(OtpMatch, ShorterCodesAreTheEndOfLongerOnes) {
  EXPECT_EQ(step_of("287082", 59, {.digits = 6}), 1U);
  EXPECT_EQ(step_of("4287082", 59, {.digits = 7}), 1U);
  EXPECT_EQ(step_of("287082", 59, {.digits = 7}), std::nullopt);
  EXPECT_EQ(step_of("94287082", 59, {.digits = 6}), std::nullopt);
}

TEST_F(OtpMatch, TheFirstStepHasNoneBefore) {
  // RFC 4226, appendix D: 755224 is of counter 0, 287082 of 1, 359152 of 2.
  const OtpShape six{.digits = 6};
  EXPECT_EQ(step_of("755224", 0, six), 0U);
  EXPECT_EQ(step_of("287082", 0, six), 1U);
  EXPECT_EQ(step_of("359152", 0, six), std::nullopt);
  EXPECT_EQ(step_of("755224", 30, six), 0U);
}

TEST_F(OtpMatch, AClockOutsideOfAllSenseFitsNothing) {
  for (const WallTime now : {WallTime{-1}, WallTime{-31}, std::numeric_limits<WallTime>::min(),
                             std::numeric_limits<WallTime>::max(), WallTime{253402300800}})
    EXPECT_EQ(step_of("755224", now, {.digits = 6}), std::nullopt) << now;
}

TEST_F(OtpMatch, AcceptsWhatPeopleTypeAndAppsShow) {
  const OtpShape six{.digits = 6};
  for (const std::string_view typed :
       {"287082", " 287082", "287082\n", "\t287082  ", "287 082", "287-082", "28 7082",
        "２８７０８２", "２８７　０８２", "　287082", "２８７－０８２", "2８7０8２"})
    EXPECT_EQ(step_of(typed, 59, six), 1U) << typed;
}

TEST_F(OtpMatch, RefusesWhateverElseIsTyped) {
  using namespace std::string_view_literals;
  const OtpShape six{.digits = 6};
  for (const std::string_view typed :
       {""sv,         " "sv,          "287082x"sv,  "2870822"sv,       "28708"sv,
        "287  082"sv, "2 87 082"sv,   "287--082"sv, "-287082"sv,       "287082-"sv,
        "+287082"sv,  "287.082"sv,    "287082\0"sv, "\0\0\0\0\0\0"sv,  "\0"sv,
        "287\0082"sv, "２８７０８"sv, "\xEF\xBC"sv, "28708\xEF\xBC"sv, "\xFF\xFE"sv,
        "٢٨٧٠٨٢"sv,   "287083"sv,     "0x4616A"sv,  "287 08 2"sv})
    EXPECT_EQ(step_of(typed, 59, six), std::nullopt) << typed;
  EXPECT_EQ(step_of(std::string(1'000'000, '2'), 59, six), std::nullopt);
  EXPECT_EQ(step_of(std::string(1000, ' ') + "287082", 59, six), std::nullopt);
  std::string every(6, '\0');
  for (int byte = 0; byte < 256; ++byte) {
    every.assign(6, static_cast<char>(byte));
    EXPECT_EQ(step_of(every, 59, six), std::nullopt) << byte;
  }
}

TEST_F(OtpMatch, ASeedThatWasMadeIsMatchedByItsCodes) {
  for (const auto algorithm : {Algorithm::sha1, Algorithm::sha256, Algorithm::sha512}) {
    const auto made = vault.make("alice", algorithm);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->seed.size(), seed_of(algorithm).size());
    const auto again = vault.make("alice", algorithm);
    ASSERT_TRUE(again);
    EXPECT_FALSE(made->seed == again->seed);
    EXPECT_EQ(otp_vault::open(keys, "alice", made->bytes), made->seed);
  }
}

TEST_F(OtpMatch, AShapeThatCannotBeIsAnErrorAndNoCrash) {
  const auto sealed = seal("alice", kSeed20);
  for (const OtpShape shape : {OtpShape{.digits = 0}, OtpShape{.digits = 5}, OtpShape{.digits = 9},
                               OtpShape{.digits = 255}, OtpShape{.period = 0},
                               OtpShape{.period = 14}, OtpShape{.period = 65535}}) {
    const auto found = vault.match("alice", sealed, shape, Secret("287082"), 59);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().condition, Condition::internal);
  }
}

}  // namespace
}  // namespace kaido
