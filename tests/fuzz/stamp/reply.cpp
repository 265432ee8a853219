// A packet as anybody might send it to a prober.
#include <cstdlib>

#include "kaido/stamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaido::stamp;
  const auto reply = parse_reply({reinterpret_cast<const std::byte*>(data), size});
  if (!reply) {
    if (to_string(reply.error()).empty()) std::abort();
    return 0;
  }
  if (size < kTwampReplySize || size > kMaximumSize || reply->heard.size() > kMaximumEntries)
    std::abort();
  if (!reply->kaido && (!reply->heard.empty() || reply->applied_epoch != 0)) std::abort();
  (void)nanoseconds_between(reply->sender_sent, reply->received);
  (void)nanoseconds_between(reply->received, reply->sent);
  return 0;
}
