#include "adapters/nftables/messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace kaido::nftables {
namespace {

constexpr char kTable[] = "kaido";
/// A message has room for these, at most 120 bytes for each of the two elements of an interval.
constexpr std::size_t kIntervalsInAMessage = 128;
constexpr std::size_t kMessageRoom = 32768;

/// nft's note that an interval reaches to the last of all addresses: attribute 1 (flags), 4 bytes,
/// in the machine's order.
constexpr std::array<std::uint8_t, 6> kOpenNote{1, 4, 1, 0, 0, 0};

constexpr std::uint16_t table_message(int kind) {
  return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | kind);
}

class Message {
 public:
  Message(std::uint16_t type, std::uint16_t flags, std::uint32_t number, int family)
      : header_(mnl_nlmsg_put_header(room_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header_->nlmsg_seq = number;
    auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    general->nfgen_family = static_cast<std::uint8_t>(family);
    general->version = NFNETLINK_V0;
    if (type == NFNL_MSG_BATCH_BEGIN || type == NFNL_MSG_BATCH_END)
      general->res_id = htons(NFNL_SUBSYS_NFTABLES);
  }
  [[nodiscard]] nlmsghdr* header() { return header_; }
  void append_to(Datagram& bytes) const {
    bytes.insert(bytes.end(), room_.data(), room_.data() + MNL_ALIGN(header_->nlmsg_len));
  }
  [[nodiscard]] Datagram bytes() const {
    Datagram all;
    append_to(all);
    return all;
  }

 private:
  Datagram room_ = Datagram(kMessageRoom);
  nlmsghdr* header_;
};

void put_key(nlmsghdr* message, std::uint16_t attribute, const std::string& key) {
  auto* nest = mnl_attr_nest_start(message, attribute);
  mnl_attr_put(message, NFTA_DATA_VALUE, key.size(), key.data());
  mnl_attr_nest_end(message, nest);
}

void put(nlmsghdr* message, const KernelElement& element) {
  auto* nest = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
  if (element.end) mnl_attr_put_u32(message, NFTA_SET_ELEM_FLAGS, htonl(NFT_SET_ELEM_INTERVAL_END));
  put_key(message, NFTA_SET_ELEM_KEY, element.key);
  if (!element.last.empty()) put_key(message, NFTA_SET_ELEM_KEY_END, element.last);
  if (element.open)
    mnl_attr_put(message, NFTA_SET_ELEM_USERDATA, kOpenNote.size(), kOpenNote.data());
  mnl_attr_nest_end(message, nest);
}

/// Appends the messages of one change of one set.
void put(Batch& batch, int kind, const std::string& set,
         std::span<const FirewallElement> elements) {
  const int flags = kind == NFT_MSG_NEWSETELEM ? NLM_F_CREATE | NLM_F_EXCL : 0;
  while (!elements.empty()) {
    const auto some = elements.first(std::min(elements.size(), kIntervalsInAMessage));
    elements = elements.subspan(some.size());
    ++batch.acknowledged;
    Message message(table_message(kind), static_cast<std::uint16_t>(NLM_F_ACK | flags),
                    kFirstNumber + static_cast<std::uint32_t>(batch.acknowledged), NFPROTO_INET);
    mnl_attr_put_strz(message.header(), NFTA_SET_ELEM_LIST_TABLE, kTable);
    mnl_attr_put_strz(message.header(), NFTA_SET_ELEM_LIST_SET, set.c_str());
    auto* list = mnl_attr_nest_start(message.header(), NFTA_SET_ELEM_LIST_ELEMENTS);
    for (const auto& element : to_kernel({some.begin(), some.end()}))
      put(message.header(), element);
    mnl_attr_nest_end(message.header(), list);
    message.append_to(batch.bytes);
  }
}

/// Calls `use` with each attribute that is whole.
template <typename Use>
void each_attribute(const void* begin, std::size_t size, Use use) {
  const auto* attribute = static_cast<const nlattr*>(begin);
  const auto* end = static_cast<const char*>(begin) + size;
  const auto left = [&] { return end - reinterpret_cast<const char*>(attribute); };
  while (left() > 0 && mnl_attr_ok(attribute, static_cast<int>(left()))) {
    use(*attribute);
    attribute = mnl_attr_next(attribute);
  }
}

template <typename Use>
void each_nested(const nlattr& attribute, Use use) {
  each_attribute(mnl_attr_get_payload(&attribute), mnl_attr_get_payload_len(&attribute), use);
}

/// Of a message of nf_tables, past its general header.
template <typename Use>
void each_of_message(const nlmsghdr& message, Use use) {
  constexpr std::size_t kSkipped = MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(nfgenmsg));
  if (message.nlmsg_len < kSkipped) return;
  each_attribute(reinterpret_cast<const char*>(&message) + kSkipped, message.nlmsg_len - kSkipped,
                 use);
}

std::uint32_t number_in(const nlattr& attribute) {
  std::uint32_t number = 0;
  if (mnl_attr_get_payload_len(&attribute) == sizeof(number))
    std::memcpy(&number, mnl_attr_get_payload(&attribute), sizeof(number));
  return ntohl(number);
}

std::string key_in(const nlattr& attribute) {
  std::string key;
  each_nested(attribute, [&](const nlattr& value) {
    if (mnl_attr_get_type(&value) == NFTA_DATA_VALUE)
      key.assign(static_cast<const char*>(mnl_attr_get_payload(&value)),
                 mnl_attr_get_payload_len(&value));
  });
  return key;
}

KernelElement element_in(const nlattr& nest) {
  KernelElement element;
  each_nested(nest, [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == NFTA_SET_ELEM_KEY) element.key = key_in(attribute);
    if (type == NFTA_SET_ELEM_KEY_END) element.last = key_in(attribute);
    if (type == NFTA_SET_ELEM_FLAGS)
      element.end = (number_in(attribute) & NFT_SET_ELEM_INTERVAL_END) != 0;
  });
  return element;
}

std::optional<Firewall::Generation> generation_in(const nlmsghdr& message) {
  std::optional<Firewall::Generation> generation;
  each_of_message(message, [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == NFTA_GEN_ID) generation = number_in(attribute);
  });
  return generation;
}

/// Of NLMSG_ERROR and NLMSG_DONE: 0, or an errno.
int error_in(const nlmsghdr& message) {
  int error = 0;
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(error)) return EBADMSG;
  std::memcpy(&error, mnl_nlmsg_get_payload(&message), sizeof(error));
  return -error;
}

void take(const nlmsghdr& message, Answered& answer) {
  answer.interrupted |= (message.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
  if (message.nlmsg_type == NLMSG_ERROR || message.nlmsg_type == NLMSG_DONE) {
    const int error = error_in(message);
    if (answer.error == 0) answer.error = error;
    answer.done |= message.nlmsg_type == NLMSG_DONE;
    if (message.nlmsg_type == NLMSG_ERROR && error == 0) ++answer.acknowledged;
  } else if (message.nlmsg_type == table_message(NFT_MSG_NEWGEN)) {
    answer.generation = generation_in(message);
  } else if (message.nlmsg_type == table_message(NFT_MSG_NEWSETELEM)) {
    each_of_message(message, [&](const nlattr& attribute) {
      if (mnl_attr_get_type(&attribute) != NFTA_SET_ELEM_LIST_ELEMENTS) return;
      each_nested(attribute,
                  [&](const nlattr& nest) { answer.elements.push_back(element_in(nest)); });
    });
  }
}

}  // namespace

Datagram generation_request() {
  return Message(table_message(NFT_MSG_GETGEN), 0, kFirstNumber, AF_UNSPEC).bytes();
}

Datagram elements_request(const std::string& set) {
  Message message(table_message(NFT_MSG_GETSETELEM), NLM_F_DUMP, kFirstNumber, NFPROTO_INET);
  mnl_attr_put_strz(message.header(), NFTA_SET_ELEM_LIST_TABLE, kTable);
  mnl_attr_put_strz(message.header(), NFTA_SET_ELEM_LIST_SET, set.c_str());
  return message.bytes();
}

Batch change_batch(const std::vector<SetChange>& changes, Firewall::Generation generation) {
  Batch batch;
  Message begin(NFNL_MSG_BATCH_BEGIN, 0, kFirstNumber, AF_UNSPEC);
  mnl_attr_put_u32(begin.header(), NFNL_BATCH_GENID, htonl(generation));
  begin.append_to(batch.bytes);
  for (const auto& change : changes) put(batch, NFT_MSG_DELSETELEM, change.set, change.removed);
  for (const auto& change : changes) put(batch, NFT_MSG_NEWSETELEM, change.set, change.added);
  const auto last = kFirstNumber + static_cast<std::uint32_t>(batch.acknowledged) + 1;
  Message(NFNL_MSG_BATCH_END, 0, last, AF_UNSPEC).append_to(batch.bytes);
  return batch;
}

Answered parse(std::span<const std::uint8_t> datagram) {
  Answered answer;
  const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int left = static_cast<int>(datagram.size());
  while (mnl_nlmsg_ok(message, left)) {
    if (message->nlmsg_len > static_cast<unsigned>(left)) break;  // past INT_MAX: fine to libmnl
    take(*message, answer);
    message = mnl_nlmsg_next(message, &left);
  }
  if (left > 0 && answer.error == 0) answer.error = EBADMSG;
  return answer;
}

std::optional<Firewall::Generation> announced(std::span<const std::uint8_t> message) {
  return parse(message).generation;
}

}  // namespace kaido::nftables
