#include "core/ike_difference.hpp"

#include <gtest/gtest.h>

namespace kaido {
namespace {

using Names = std::vector<std::string>;

IkeDesired with(const Names& names) {
  const SharedCertificates certificates({.own_der = "own", .authority_der = {"ca"}});
  IkeDesired desired{.credentials = {certificates, Secret("key")}, .connections = {}};
  for (const auto& name : names) {
    auto& connection = desired.connections.emplace_back();
    connection.name = name;
    connection.certificates = certificates;
  }
  return desired;
}

Names loaded_by(const IkeDifference& difference) {
  Names names;
  for (const auto& connection : difference.load) names.push_back(connection.name);
  return names;
}

TEST(IkeDifference, OfTheSameIsNothing) {
  EXPECT_TRUE(difference(with({"a", "b"}), with({"a", "b"})).empty())
      << "equal certificates, though not the same copy";
  EXPECT_TRUE(difference({}, {}).empty());
}

TEST(IkeDifference, FromNothingIsEverything) {
  const auto all = difference({}, with({"a", "b"}));
  ASSERT_TRUE(all.credentials);
  EXPECT_EQ(all.credentials->private_key_pem, Secret("key"));
  EXPECT_EQ(loaded_by(all), (Names{"a", "b"}));
  EXPECT_EQ(all.unload, Names{});
}

TEST(IkeDifference, ToNothingUnloadsEverything) {
  const auto nothing = difference(with({"a", "b"}), {});
  ASSERT_TRUE(nothing.credentials);
  EXPECT_TRUE(nothing.credentials->private_key_pem.empty());
  EXPECT_EQ(loaded_by(nothing), Names{});
  EXPECT_EQ(nothing.unload, (Names{"a", "b"}));
}

TEST(IkeDifference, NamesTheNewTheChangedAndTheGone) {
  const auto have = with({"b", "c", "d", "f"});
  auto want = with({"a", "c", "d", "e"});
  want.connections[2].if_id = 9;
  const auto found = difference(have, want);
  EXPECT_FALSE(found.credentials);
  EXPECT_EQ(loaded_by(found), (Names{"a", "d", "e"}));
  EXPECT_EQ(found.unload, (Names{"b", "f"}));
  EXPECT_EQ(found.load[1].if_id, 9U);
}

TEST(IkeDifference, OfARenewedCertificateIsTheCredentialsAndEveryConnection) {
  const auto have = with({"a", "b"});
  auto want = have;
  want.credentials.certificates = SharedCertificates({.own_der = "new", .authority_der = {"ca"}});
  for (auto& connection : want.connections) connection.certificates = want.credentials.certificates;
  const auto found = difference(have, want);
  ASSERT_TRUE(found.credentials);
  EXPECT_EQ(found.credentials->certificates->own_der, "new");
  EXPECT_EQ(loaded_by(found), (Names{"a", "b"}));
}

TEST(SharedCertificates, AreOneCopyForAllConnections) {
  const auto desired = with({"a", "b"});
  EXPECT_TRUE(desired.connections[0].certificates.is_same(desired.credentials.certificates));
  const auto copy = desired;
  EXPECT_TRUE(copy.connections[1].certificates.is_same(desired.connections[0].certificates));
  EXPECT_FALSE(with({}).credentials.certificates.is_same(desired.credentials.certificates));
  EXPECT_EQ(with({}).credentials.certificates, desired.credentials.certificates);
  EXPECT_NE(SharedCertificates(), desired.credentials.certificates);
}

}  // namespace
}  // namespace kaido
