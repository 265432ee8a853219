#include "wire/netlink/frames.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kaido::netlink {

Error Refusal::to_error(std::string_view what) const {
  auto detail = fmt::format("{}: {}", what, std::strerror(code));
  if (!text.empty()) detail += fmt::format(" ({})", text);
  if (code == EPERM || code == EACCES) return {Condition::permission_denied, std::move(detail)};
  return {local ? Condition::kernel_unreachable : Condition::kernel_refused, std::move(detail)};
}

Refusal parse_error(const nlmsghdr& header, Bytes payload) {
  const auto error = value_at_start<nlmsgerr>(payload);
  if (!error) return {.code = EPROTO, .local = true};
  // A number that no errno can be must not overflow when it is negated.
  Refusal refusal{.code = error->error <= 0 && error->error > -4096 ? -error->error : EPROTO};
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return refusal;
  std::size_t skip = sizeof(nlmsgerr);
  const std::size_t request = error->msg.nlmsg_len;
  if ((header.nlmsg_flags & NLM_F_CAPPED) == 0 && request > sizeof(nlmsghdr))
    skip += NLMSG_ALIGN(request) - sizeof(nlmsghdr);  // the request follows in full
  if (skip >= payload.size()) return refusal;
  for_each_attribute(payload.subspan(skip), [&](const Attribute& attribute) {
    if (attribute.type == NLMSGERR_ATTR_MSG) refusal.text = attribute.text();
  });
  return refusal;
}

}  // namespace kaido::netlink
