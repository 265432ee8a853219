#include "login/url.hpp"

#include <gtest/gtest.h>

namespace kaido::cli::login {
namespace {

TEST(HubUrl, IsANameOrAnAddressWithOrWithoutAPort) {
  for (const auto& [text, host, port] : {std::tuple("https://hub.example", "hub.example", 443),
                                         std::tuple("HTTPS://Hub.Example/", "hub.example", 443),
                                         std::tuple("https://hub:8443", "hub", 8443),
                                         std::tuple("https://192.0.2.1:1", "192.0.2.1", 1),
                                         std::tuple("https://[2001:db8::1]", "2001:db8::1", 443),
                                         std::tuple("https://[::1]:65535", "::1", 65535)}) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->host, host);
    EXPECT_EQ(url->port, port);
  }
}

TEST(HubUrl, IsNothingElse) {
  for (const auto* text : {"",
                           "hub.example",
                           "http://hub.example",
                           "https://",
                           "https:///",
                           "https://hub/path",
                           "https://hub//",
                           "https://hub?x",
                           "https://hub#x",
                           "https://mika@hub",
                           "https://hub:",
                           "https://hub:0",
                           "https://hub:65536",
                           "https://hub:8443x",
                           "https://hub:+1",
                           "https://[::1",
                           "https://[192.0.2.1]",
                           "https://::1",
                           "https://[::1]8443",
                           "https://hub..example",
                           "https://-hub",
                           "https://hub-",
                           "https://hub.example.",
                           "https://10.1",
                           "https://192.0.2.256",
                           "https://hub example",
                           "https://hub\r\nX: y",
                           "https://h\xC3\xBC"
                           "b"})
    EXPECT_FALSE(parse_url(text)) << text;
  EXPECT_FALSE(parse_url("https://" + std::string(64, 'a')));
  EXPECT_FALSE(parse_url(std::string("https://hub\0x", 13)));
}

TEST(HubUrl, IsWrittenAsItWasRead) {
  for (const auto* text : {"https://hub.example", "https://hub:8443", "https://[2001:db8::1]",
                           "https://[::1]:8443", "https://192.0.2.1"})
    EXPECT_EQ(parse_url(text)->to_string(), text);
  EXPECT_EQ(parse_url("https://[::1]:8443")->authority(), "[::1]:8443");
  EXPECT_EQ(parse_url("https://hub:443")->authority(), "hub");
}

}  // namespace
}  // namespace kaido::cli::login
