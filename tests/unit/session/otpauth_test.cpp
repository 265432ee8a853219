#include "core/session/otpauth.hpp"

#include <gtest/gtest.h>

#include <array>

namespace kaido::session::test {
namespace {

std::string text_of(const Secret& secret) { return std::string(secret.reveal_text()); }

std::string base32_of(std::string_view bytes) { return text_of(base32(Secret(bytes))); }

TEST(Base32, IsThatOfRfc4648WithoutItsPadding) {
  EXPECT_EQ(base32_of(""), "");
  EXPECT_EQ(base32_of("f"), "MY");
  EXPECT_EQ(base32_of("fo"), "MZXQ");
  EXPECT_EQ(base32_of("foo"), "MZXW6");
  EXPECT_EQ(base32_of("foob"), "MZXW6YQ");
  EXPECT_EQ(base32_of("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32_of("foobar"), "MZXW6YTBOI");
}

TEST(Base32, TakesEveryByte) {
  const std::array<std::uint8_t, 5> ones{0xff, 0xff, 0xff, 0xff, 0xff};
  EXPECT_EQ(text_of(base32(Secret(ones))), "77777777");
  EXPECT_EQ(base32_of(std::string_view("\0\0\0\0\0", 5)), "AAAAAAAA");
  const std::array<std::uint8_t, 20> zigzag{0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54,
                                            0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56,
                                            0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf};
  EXPECT_EQ(text_of(base32(Secret(zigzag))), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  for (const std::size_t size : {20U, 32U, 64U})
    EXPECT_EQ(base32(Secret::zeros(size)).size(), (size * 8 + 4) / 5) << "the seeds of RFC 6238";
}

TEST(Otpauth, IsWhatAppsRead) {
  EXPECT_EQ(text_of(otpauth_uri("Example", "alice", {}, Secret("12345678901234567890"))),
            "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example"
            "&algorithm=SHA1&digits=6&period=30");
  const OtpShape shape{.algorithm = Algorithm::sha512, .digits = 8, .period = 120};
  EXPECT_EQ(text_of(otpauth_uri("E", "a@b.example", shape, Secret("f"))),
            "otpauth://totp/E:a%40b.example?secret=MY&issuer=E&algorithm=SHA512&digits=8"
            "&period=120");
}

TEST(Otpauth, TakesAnIssuerOfAnyScript) {
  const auto uri = [](std::string_view issuer) {
    return text_of(otpauth_uri(issuer, "a", {}, Secret("f")));
  };
  EXPECT_EQ(uri("会社 100%"),
            "otpauth://totp/%E4%BC%9A%E7%A4%BE%20100%25:a?secret=MY"
            "&issuer=%E4%BC%9A%E7%A4%BE%20100%25&algorithm=SHA1&digits=6&period=30");
  EXPECT_EQ(uri("a&secret=X?#+/:"),
            "otpauth://totp/a%26secret%3DX%3F%23%2B%2F%3A:a?secret=MY"
            "&issuer=a%26secret%3DX%3F%23%2B%2F%3A&algorithm=SHA1&digits=6&period=30");
  EXPECT_EQ(uri("AZaz09-._~@[`{/:").substr(15, 30), "AZaz09-._~%40%5B%60%7B%2F%3A:a");
}

}  // namespace
}  // namespace kaido::session::test
