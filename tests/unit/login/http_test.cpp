#include "login/http.hpp"

#include <gtest/gtest.h>

#include "server.hpp"

namespace kaido::cli::login {
namespace {

std::optional<Reason> fault_of(const std::string& bytes) {
  const auto response = parse_response(bytes);
  return response ? std::optional<Reason>() : response.error().reason;
}

TEST(Http, ARequestIsWholeAndSaysWhoIsAsked) {
  const auto request =
      post_request(*parse_url("https://hub:8443"), "/x", Secret(std::string_view("{\"a\":1}")));
  const auto text = request.reveal_text();
  EXPECT_TRUE(text.starts_with("POST /x HTTP/1.1\r\nHost: hub:8443\r\n"));
  EXPECT_TRUE(text.contains("\r\nContent-Type: application/json\r\n"));
  EXPECT_TRUE(text.ends_with("\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n{\"a\":1}"));
}

TEST(Http, AnAnswerIsWaitedForUntilItIsWhole) {
  const auto whole = http(200, "{\"a\":1}");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto response = parse_response(whole.substr(0, size));
    ASSERT_TRUE(response) << size;
    EXPECT_FALSE(*response) << size;
  }
  const auto response = parse_response(whole);
  ASSERT_TRUE(response && *response);
  EXPECT_EQ(**response, (Response{.status = 200, .body = "{\"a\":1}", .keep_alive = true}));
}

TEST(Http, AServerMayEndTheConnectionAfterwards) {
  EXPECT_FALSE((*parse_response(http(200, "{}", "Connection: close\r\n")))->keep_alive);
  EXPECT_TRUE((*parse_response(http(200, "{}", "connection: Keep-Alive\r\n")))->keep_alive);
}

TEST(Http, ABodyThatIsNotJsonIsNotLookedAt) {
  const auto response =
      parse_response("HTTP/1.1 502\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>!");
  ASSERT_TRUE(response && *response);
  EXPECT_EQ((*response)->status, 502U);
  EXPECT_EQ((*response)->body, "");
}

TEST(Http, WhatIsNotExactlyAnAnswerIsRefused) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const auto& bytes : {std::string("SSH-2.0-OpenSSH\r\n"),
                            std::string("HTTP/1.0 200 OK\r\n"),
                            std::string("HTTP/1.1 99 x\r\nContent-Length: 0\r\n\r\n"),
                            std::string("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n"),
                            std::string("HTTP/1.1 2000\r\nContent-Length: 0\r\n\r\n"),
                            std::string("HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n"),
                            ok + "\r\n",
                            ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                            ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                            ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                            ok + "Content-Length: 2, 2\r\n\r\n{}",
                            ok + "Content-Length: -2\r\n\r\n{}",
                            ok + "Content-Length: +2\r\n\r\n{}",
                            ok + "Content-Length: 0x2\r\n\r\n{}",
                            ok + "Content-Length:\r\n\r\n",
                            ok + "Content-Length: 2\r\n\r\n{}x",
                            ok + "Content-Length : 2\r\n\r\n{}",
                            ok + "Content-Length: 2\nX: y\r\n\r\n{}",
                            ok + "X: y\r\n folded\r\nContent-Length: 2\r\n\r\n{}",
                            ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                            ok + ": y\r\nContent-Length: 2\r\n\r\n{}",
                            ok + "nothing\r\nContent-Length: 2\r\n\r\n{}"})
    EXPECT_EQ(fault_of(bytes), Reason::not_understood) << bytes;
}

TEST(Http, WhatIsTooLongIsNotWaitedFor) {
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nX: " + std::string(kLargestHead, 'x')), Reason::too_long);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n"), Reason::too_long);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"),
            Reason::not_understood);
  EXPECT_FALSE(fault_of(http(200, std::string(65'536, 'x'))));
}

}  // namespace
}  // namespace kaido::cli::login
