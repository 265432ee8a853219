#include "adapters/netlink/rt_apply.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "adapters/netlink/build.hpp"
#include "adapters/netlink/parse.hpp"
#include "adapters/netlink/sysctl.hpp"

namespace kaido::netlink {
namespace {

// Enough to make the cost of a datagram vanish; so few that even a refusal of each one fits the
// socket's default receive buffer.
constexpr std::size_t kBatch = 256;

/// "Already so" is success: the code that the kernel has for it, per change.
struct AlreadySo {
  int code;
  bool operator()(const CreateLink&) const { return code == EEXIST; }
  bool operator()(const UpdateLink&) const { return false; }
  bool operator()(const DeleteLink&) const { return code == ENODEV; }
  bool operator()(const AddAddress&) const { return code == EEXIST; }
  bool operator()(const DeleteAddress&) const { return code == EADDRNOTAVAIL || code == ENODEV; }
  bool operator()(const AddRule&) const { return code == EEXIST; }
  bool operator()(const DeleteRule&) const { return code == ENOENT || code == ESRCH; }
  bool operator()(const ReplaceNexthop&) const { return false; }
  bool operator()(const DeleteNexthop&) const { return code == ENOENT; }
  bool operator()(const ReplaceRoute&) const { return code == EEXIST; }
  bool operator()(const DeleteRoute&) const {
    return code == ESRCH || code == ENODEV || code == ENOENT;
  }
  bool operator()(const SetSysctl&) const { return false; }
};

/// Lives for one call of apply_changes.
class Applier {
 public:
  Applier(Socket& socket, std::span<const KernelChange> changes)
      : socket_(socket), changes_(changes) {}

  std::vector<ChangeFailure> run() {
    while (position_ < changes_.size()) {
      if (std::holds_alternative<CreateLink>(changes_[position_])) {
        create_links();
        continue;
      }
      std::visit(*this, changes_[position_]);
      ++position_;
      if (messages_.size() >= kBatch) flush();
    }
    flush();
    std::ranges::sort(failures_, {}, &ChangeFailure::index);
    return std::move(failures_);
  }

  void operator()(const CreateLink&) {}  // see create_links

  void operator()(const UpdateLink& change) {
    std::uint32_t master = 0;
    if (!change.link.master.empty() && !resolve(change.link.master, master)) return;
    queue(update_link(change.link, static_cast<int>(master)));
  }
  void operator()(const DeleteLink& change) {
    queue(delete_link(change.name));
    touch(change.name);
  }
  void operator()(const AddAddress& change) {
    std::uint32_t device = 0;
    if (resolve(change.address.device, device))
      queue(add_address(change.address, static_cast<int>(device)));
  }
  void operator()(const DeleteAddress& change) {
    if (const auto device = index_of(change.address.device); device != 0)
      queue(delete_address(change.address, device));
  }
  void operator()(const AddRule& change) { queue(add_rule(change.rule)); }
  void operator()(const DeleteRule& change) { queue(delete_rule(change.rule)); }
  void operator()(const ReplaceNexthop& change) {
    std::uint32_t device = 0;
    if (resolve(change.nexthop.device, device))
      queue(replace_nexthop(change.nexthop, static_cast<int>(device)));
  }
  void operator()(const DeleteNexthop& change) { queue(delete_nexthop(change.id)); }
  void operator()(const ReplaceRoute& change) {
    std::uint32_t device = 0;
    if (!change.route.device.empty() && !resolve(change.route.device, device)) return;
    queue(replace_route(change.route, static_cast<int>(device)));
  }
  void operator()(const DeleteRoute& change) {
    const bool ours = change.route.protocol == kRouteProtocol;
    const auto device = ours || change.route.device.empty() ? 0 : index_of(change.route.device);
    if (ours || device != 0) queue(delete_route(change.route, device));
  }
  void operator()(const SetSysctl& change) {
    flush();
    if (auto done = write_sysctl(change.sysctl); !done)
      failures_.push_back({position_, std::move(done.error())});
  }

 private:
  // A run of creations goes in one batch. The kernel takes no alias at creation, so what remains
  // (alias, master, up) is queued for those that it made; a link that was there already, and may
  // be someone else's, is left alone.
  void create_links() {
    const auto first = position_;
    std::set<std::size_t> unmade;
    for (; position_ < changes_.size(); ++position_) {
      const auto* change = std::get_if<CreateLink>(&changes_[position_]);
      if (change == nullptr) break;
      std::uint32_t underlying = 0;
      const auto* xfrm = std::get_if<XfrmLink>(&change->link.kind);
      if (xfrm != nullptr && !xfrm->underlying.empty() && !resolve(xfrm->underlying, underlying)) {
        unmade.insert(position_);
        continue;
      }
      queue(create_link(change->link, static_cast<int>(underlying)));
      touch(change->link.name);
    }
    flush();
    const auto end = position_;
    for (position_ = first; position_ < end; ++position_) {
      if (unmade.contains(position_)) continue;
      const auto& link = std::get<CreateLink>(changes_[position_]).link;
      if (!refused_.contains(position_)) {
        finish_link(link);
      } else if (existing_.contains(position_) && index_of(link.name) == 0) {
        // Not the name exists but, e.g., an xfrm interface with this if_id.
        fail(position_, {.code = EEXIST});
      }
    }
  }

  void finish_link(const Link& link) {
    std::uint32_t master = 0;
    if (!link.master.empty() && !resolve(link.master, master)) {
      queue(mark_link(link));  // so that it can be recognised, and removed or corrected later
      return;
    }
    queue(update_link(link, static_cast<int>(master)));
  }

  void queue(Message message) {
    messages_.push_back(std::move(message));
    owners_.push_back(position_);
  }

  // What the batch at hand does to this name is not known before it is sent.
  void touch(const std::string& name) {
    touched_.insert(name);
    indexes_.erase(name);
  }

  bool resolve(const std::string& name, std::uint32_t& index) {
    index = static_cast<std::uint32_t>(index_of(name));
    if (index == 0) fail(position_, {.code = ENODEV, .text = name});
    return index != 0;
  }

  int index_of(const std::string& name) {
    if (touched_.contains(name)) flush();
    if (const auto found = indexes_.find(name); found != indexes_.end()) return found->second;
    int index = 0;
    auto message = get_link(name);
    const auto done = socket_.request(message, [&](std::uint16_t, Bytes payload) {
      if (const auto link = parse_link(payload)) index = link->link.index;
    });
    if (done) indexes_[name] = index;
    return done ? index : 0;
  }

  void fail(std::size_t position, const Refusal& refusal) {
    const auto& change = changes_[position];
    auto error = refusal.to_error(describe(change));
    const auto* create = std::get_if<CreateLink>(&change);
    if (create != nullptr && std::holds_alternative<WireGuardLink>(create->link.kind) &&
        refusal.code == EOPNOTSUPP)
      error.condition = Condition::wireguard_unsupported;
    failures_.push_back({position, std::move(error)});
  }

  void flush() {
    touched_.clear();
    if (messages_.empty()) return;
    const auto refused = socket_.batch(messages_);
    if (refused) {
      for (const auto& [index, refusal] : *refused) {
        const auto owner = owners_[index];
        refused_.insert(owner);
        if (refusal.code == EEXIST) existing_.insert(owner);
        if (!std::visit(AlreadySo{refusal.code}, changes_[owner])) fail(owner, refusal);
      }
    } else {
      for (const auto owner : owners_) {
        refused_.insert(owner);
        fail(owner, refused.error());
      }
    }
    messages_.clear();
    owners_.clear();
  }

  Socket& socket_;
  std::span<const KernelChange> changes_;
  std::size_t position_ = 0;
  std::vector<Message> messages_;
  std::vector<std::size_t> owners_;  ///< per message: its change
  std::set<std::string> touched_;
  std::unordered_map<std::string, int> indexes_;
  std::set<std::size_t> refused_;   ///< changes, whatever the kernel's reason
  std::set<std::size_t> existing_;  ///< those of them refused with EEXIST
  std::vector<ChangeFailure> failures_;
};

}  // namespace

std::vector<ChangeFailure> apply_changes(Socket& socket, std::span<const KernelChange> changes) {
  return Applier(socket, changes).run();
}

}  // namespace kaido::netlink
