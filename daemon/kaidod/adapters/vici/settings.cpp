#include "adapters/vici/settings.hpp"

#include <string_view>

namespace kaido::vici {
namespace {

// Everything may pass a route-based tunnel: which traffic enters it is the routes' business.
const std::vector<std::string> kAll{"0.0.0.0/0", "::/0"};

std::string seconds(std::uint32_t count) { return std::to_string(count) + "s"; }

template <typename T>
std::vector<std::string> texts(const std::vector<T>& values) {
  std::vector<std::string> all;
  all.reserve(values.size());
  for (const auto& value : values) all.push_back(value.to_string());
  return all;
}

/// A person's device speaks with its own addresses, and whatever it asks for is narrowed to them.
/// (`dynamic` would grant its outer address to one that asks for none.)
std::vector<std::string> remote_selectors(const IkeConnection& connection) {
  if (!connection.person) return kAll;
  const std::vector<Prefix> own(connection.person->addresses.begin(),
                                connection.person->addresses.end());
  return texts(own);
}

constexpr std::string_view kPoolMark = "/";  // in no connection's name

struct Pool {
  std::string name;
  IpAddress address;
};

std::vector<Pool> pools(const IkeConnection& connection) {
  std::vector<Pool> all;
  if (!connection.person) return all;
  for (const auto& address : connection.person->addresses)
    for (const char* number : {"1", "2"})
      all.push_back({.name = connection.name + std::string(kPoolMark) +
                             (address.is_v4() ? "ipv4-" : "ipv6-") + number,
                     .address = address});
  return all;
}

Section child(const IkeConnection& connection) {
  const auto if_id = std::to_string(connection.if_id);
  Section child;
  child.add_list("local_ts", connection.person ? texts(connection.person->networks) : kAll)
      .add_list("remote_ts", remote_selectors(connection))
      .add_list("esp_proposals", connection.esp_proposals)
      .add("mode", "tunnel")
      .add("rekey_time", seconds(connection.child_rekey_time))
      .add("life_time", seconds(connection.child_rekey_time + connection.child_rekey_time / 10))
      .add("if_id_in", if_id)
      .add("if_id_out", if_id)
      // When to connect is Kaido's decision alone; charon must not race it.
      .add("dpd_action", "clear")
      .add("close_action", "none")
      .add("start_action", "none")
      // The inner packet's "do not fragment" stays inside: a tunnel is never made narrower than
      // 1280, so on a narrow line the outer packet has to be cut.
      .add("copy_df", "no")
      .add("copy_dscp", "out")
      // The kernel's 32 packets are 20 ms at 20 Mbit/s: what a line brings later than that, out of
      // order, would be dropped here. WireGuard's window is as long as thousands.
      .add("replay_window", "1024");
  return child;
}

}  // namespace

Section load_conn(const IkeConnection& connection) {
  const auto if_id = std::to_string(connection.if_id);
  Section local;
  local.add("auth", "pubkey").add("id", connection.local_id);
  local.add_list("certs", {connection.certificates->own_der});
  Section remote;
  remote.add("auth", "pubkey").add("id", connection.remote_id);
  remote.add_list("cacerts", connection.certificates->authority_der);
  Section body;
  body.add("version", "2").add("keyingtries", "1");
  if (const auto& person = connection.person) {
    remote.add_list("certs", {person->certificate});
    remote.add("revocation", person->revocation_required ? "strict" : "relaxed");
    // People roam, and one who comes in anew takes the place of what is left of before.
    body.add("mobike", "yes").add("unique", "replace").add_list("pools", pools_of(connection));
  } else {
    body.add("mobike", "no").add("unique", "never");
  }
  if (connection.force_encap) body.add("encap", "yes");
  body.add("fragmentation", "yes").add("send_cert", "always");
  body.add("dpd_delay", seconds(connection.dpd_delay));
  // Never reauthenticate: charon would do it with the old certificate, and break before make.
  body.add("reauth_time", "0").add("rekey_time", seconds(connection.ike_rekey_time));
  body.add("over_time", seconds(connection.ike_rekey_time / 10));
  body.add("if_id_in", if_id).add("if_id_out", if_id);
  if (!connection.local_addrs.empty()) body.add_list("local_addrs", connection.local_addrs);
  if (!connection.remote_addrs.empty()) body.add_list("remote_addrs", connection.remote_addrs);
  body.add_list("proposals", connection.ike_proposals);
  body.add_section("local", std::move(local)).add_section("remote", std::move(remote));
  Section children;
  children.add_section(connection.name, child(connection));
  body.add_section("children", std::move(children));
  Section message;
  message.add_section(connection.name, std::move(body));
  return message;
}

std::vector<Command> load_credentials(const IkeCredentials& credentials) {
  std::vector<Command> commands;
  const auto certificate = [&](const std::string& der, const char* flag) {
    if (der.empty()) return;
    Section message;
    message.add("type", "X509").add("flag", flag).add("data", der);
    commands.push_back({"load-cert", std::move(message)});
  };
  if (!credentials.private_key_pem.empty()) {
    Section message;
    message.add("type", "any");
    message.add("data", std::string(credentials.private_key_pem.reveal_text()));
    commands.push_back({"load-key", std::move(message)});
  }
  certificate(credentials.certificates->own_der, "NONE");
  for (const auto& authority : credentials.certificates->authority_der)
    certificate(authority, "CA");
  if (credentials.revocations->empty()) return commands;
  for (const auto& list : *credentials.revocations) {
    Section message;
    message.add("type", "X509_CRL").add("data", list);
    commands.push_back({"load-cert", std::move(message)});
  }
  // A list that was looked at before stays in use else.
  Section message;
  message.add("type", "X509_CRL");
  commands.push_back({"flush-certs", std::move(message)});
  return commands;
}

std::vector<std::string> pools_of(const IkeConnection& connection) {
  std::vector<std::string> names;
  for (auto& pool : pools(connection)) names.push_back(std::move(pool.name));
  return names;
}

std::string_view connection_of(std::string_view pool) {
  return pool.substr(0, pool.find(kPoolMark));
}

std::vector<Command> load_pools(const IkeConnection& connection) {
  std::vector<Command> commands;
  for (const auto& [name, address] : pools(connection)) {
    Section pool;
    pool.add("addrs", address.to_string());
    Section message;
    message.add_section(name, std::move(pool));
    commands.push_back({"load-pool", std::move(message)});
  }
  return commands;
}

Section unload_pool(const std::string& pool) {
  Section message;
  message.add("name", pool);
  return message;
}

Section unload_key(const std::string& id) {
  Section message;
  message.add("id", id);
  return message;
}

Section initiate(const std::string& connection) {
  Section message;
  // A negative timeout: charon answers when it has sent the first packet.
  message.add("child", connection).add("ike", connection).add("timeout", "-1");
  return message;
}

Section terminate(std::uint32_t unique_id) {
  Section message;
  message.add("ike-id", std::to_string(unique_id)).add("force", "yes").add("timeout", "500");
  return message;
}

Section rekey(std::uint32_t unique_id, const std::string& child) {
  Section message;
  message.add("ike-id", std::to_string(unique_id)).add("child", child);
  return message;
}

Section terminate_now(const std::string& connection) {
  Section message;
  message.add("ike", connection).add("force", "yes").add("timeout", "-1");
  return message;
}

Section terminate(const std::string& connection) {
  Section message;
  message.add("ike", connection).add("force", "yes").add("timeout", "500");
  return message;
}

}  // namespace kaido::vici
