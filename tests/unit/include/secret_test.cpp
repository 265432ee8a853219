#include "kaido/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace kaido {
namespace {

constexpr std::string_view kText = "correct horse battery staple";

/// Watches one block of memory: what is in it at the moment when it is freed.
struct Watch {
  const void* block = nullptr;
  std::size_t size = 0;
  std::array<std::uint8_t, 64> seen{};
  bool freed = false;
};
Watch watch;

void look_at(const void* block) {
  if (block == nullptr || block != watch.block) return;
  std::copy_n(static_cast<const std::uint8_t*>(block), watch.size, watch.seen.begin());
  watch.block = nullptr;
  watch.freed = true;
}

}  // namespace
}  // namespace kaido

// The whole program's, so that a test sees memory after its owner and before the next one.
void* operator new(std::size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept {
  kaido::look_at(block);  // NOLINT(clang-analyzer-cplusplus.NewDelete): it is freed below
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  kaido::look_at(block);  // NOLINT(clang-analyzer-cplusplus.NewDelete): it is freed below
  std::free(block);
}

namespace kaido {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(Streamable<std::string> && !Streamable<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<Secret, std::span<const std::uint8_t>>);
static_assert(!std::convertible_to<Secret, bool>);
static_assert(!std::convertible_to<std::string, Secret>, "a secret is made by name only");
template <typename T>
concept Ordered = requires(const T& a, const T& b) { a < b; };
static_assert(!Ordered<Secret>, "no order: it would tell which byte differs");

void watch_over(const Secret& secret) {
  ASSERT_EQ(secret.reveal_text(), kText);
  watch = {.block = secret.reveal().data(), .size = secret.size()};
}
bool was_wiped() {
  return watch.freed && std::ranges::all_of(watch.seen, [](auto byte) { return byte == 0; });
}

TEST(ASecret, IsRevealedByName) {
  const Secret secret(kText);
  EXPECT_EQ(secret.reveal_text(), kText);
  EXPECT_EQ(secret.reveal().size(), kText.size());
  EXPECT_EQ(secret.size(), kText.size());
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(ASecret, TheWatchSeesWhatIsNotWiped) {
  auto text = std::make_unique<std::string>(kText);
  watch = {.block = text->data(), .size = text->size()};
  text.reset();
  EXPECT_TRUE(watch.freed);
  EXPECT_FALSE(was_wiped());
}

TEST(ASecret, IsWipedWhenItEnds) {
  std::optional<Secret> secret(kText);
  watch_over(*secret);
  secret.reset();
  EXPECT_TRUE(was_wiped());
}

TEST(ASecret, IsWipedWhenACopyTakesItsPlace) {
  Secret secret(kText);
  const Secret other(std::string_view("another"));
  watch_over(secret);
  secret = other;
  EXPECT_TRUE(was_wiped());
  EXPECT_EQ(secret, other);
}

TEST(ASecret, IsWipedWhenAnotherMovesIn) {
  Secret secret(kText);
  watch_over(secret);
  secret = Secret(std::string_view("another"));
  EXPECT_TRUE(was_wiped());
  EXPECT_EQ(secret.reveal_text(), "another");
}

TEST(ASecret, LeavesNothingBehindWhenItMoves) {
  Secret secret(kText);
  const auto* place = secret.reveal().data();
  Secret moved(std::move(secret));
  EXPECT_TRUE(secret.empty());              // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(moved.reveal().data(), place);  // not copied: there is one of it
  secret = std::move(moved);
  EXPECT_TRUE(moved.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(secret.reveal_text(), kText);
}

TEST(ASecret, KeepsItsValueWhenItIsAssignedToItself) {
  Secret secret(kText);
  auto& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal_text(), kText);
  secret = std::move(same);
  EXPECT_EQ(secret.reveal_text(), kText);
}

TEST(ASecret, AbsorbsATextAndWipesIt) {
  std::string text(kText);
  const auto* place = text.data();
  const auto secret = Secret::absorb(text);
  EXPECT_EQ(secret.reveal_text(), kText);
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(std::all_of(place, place + kText.size(), [](char c) { return c == '\0'; }));
}

TEST(ASecret, IsFilledInPlaceAndTruncated) {
  auto secret = Secret::zeros(kText.size());
  std::ranges::copy(kText, secret.writable().begin());
  watch_over(secret);
  secret.truncate(7);
  EXPECT_EQ(secret.reveal_text(), "correct");
  secret.truncate(100);
  EXPECT_EQ(secret.reveal_text(), "correct");
  secret = Secret();
  EXPECT_TRUE(was_wiped());
}

TEST(ASecret, EqualsOnlyTheSameBytes) {
  const Secret secret(kText);
  EXPECT_EQ(secret, Secret(kText));
  EXPECT_EQ(Secret(), Secret());
  EXPECT_NE(secret, Secret());
  EXPECT_NE(secret, Secret(kText.substr(1)));
  for (std::size_t i = 0; i < kText.size(); ++i) {
    std::string other(kText);
    other[i] ^= 1;
    EXPECT_NE(secret, Secret(std::string_view(other))) << i;
  }
}

TEST(ASecret, IsNotInADumpOfTheObject) {
  const Secret secret(kText);
  const std::string_view object(reinterpret_cast<const char*>(&secret), sizeof(secret));
  EXPECT_EQ(object.find(kText.substr(0, 4)), std::string_view::npos);
  EXPECT_EQ(testing::PrintToString(secret).find("correct"), std::string::npos);
}

}  // namespace
}  // namespace kaido
