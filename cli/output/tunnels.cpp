#include "output/tunnels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "output/table.hpp"
#include "text.hpp"

namespace kaido::cli {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string use_or_reason(const TunnelReport& tunnel) {
  if (tunnel.state == "up" || !tunnel.reason) return joined(tunnel.used_for);
  return std::string(info(tunnel.reason->condition).cause);
}

void add_reason(Table& table, const TunnelReport& tunnel) {
  if (!tunnel.reason) return;
  const auto& entry = info(tunnel.reason->condition);
  const bool now = tunnel.state != "up";
  table.add({{now ? text::label_why : text::label_last_failure},
             {std::string(entry.cause), now ? Colour::red : Colour::none}});
  if (!tunnel.reason->detail.empty()) table.add({{""}, {tunnel.reason->detail}});
  if (now) table.add({{text::label_remedy}, {std::string(entry.remedy)}});
  if (now && tunnel.failures > 0) table.add({{text::label_attempts}, {text::attempts(tunnel)}});
}

}  // namespace

bool is_meant(const TunnelReport& tunnel, const std::string& name) {
  if (!tunnel.name.starts_with(name)) return false;
  return tunnel.name.size() == name.size() || tunnel.name[name.size()] == '/' ||
         tunnel.name[name.size()] == ':';
}

bool is_fine(const TunnelReport& tunnel) {
  return tunnel.state == "up" || tunnel.state == "disabled" || tunnel.state == "listening";
}

Colour colour_of(const TunnelReport& tunnel) {
  if (tunnel.state == "up") return Colour::green;
  if (tunnel.state == "disabled" || tunnel.state == "listening") return Colour::dim;
  return tunnel.state == "connecting" && !tunnel.reason ? Colour::yellow : Colour::red;
}

std::string draw_tunnels(const std::vector<TunnelReport>& tunnels, const Style& style) {
  if (tunnels.empty()) return text::no_tunnels;
  Table table;
  table.titles({text::column_tunnel, text::column_state, text::column_since, text::column_device,
                text::column_remote, text::column_received, text::column_sent, text::column_use});
  for (const std::size_t column : {2U, 5U, 6U}) table.align_right(column);
  for (const auto& tunnel : tunnels) {
    const bool used = tunnel.received + tunnel.sent > 0;
    table.add({{tunnel.name},
               {text::state(tunnel.state), colour_of(tunnel)},
               {duration(tunnel.since)},
               {tunnel.device},
               {tunnel.remote},
               {used ? bytes(tunnel.received) : ""},
               {used ? bytes(tunnel.sent) : ""},
               {use_or_reason(tunnel)}});
  }
  return table.draw(style);
}

std::string draw_tunnel(const TunnelReport& tunnel, const Style& style) {
  Table table(2);
  const auto line = [&](const char* label, const std::string& value) {
    if (!value.empty()) table.add({{label}, {value}});
  };
  table.add(
      {{text::label_state},
       {text::state(tunnel.state) + ", " + text::for_a_time(tunnel.since), colour_of(tunnel)}});
  add_reason(table, tunnel);
  line(text::label_use, joined(tunnel.used_for));
  line(text::label_peer, text::peer(tunnel));
  line(text::label_slot, text::slot(tunnel));
  line(text::label_outer, text::ends(tunnel.local, tunnel.remote));
  line(text::label_inner, text::ends(tunnel.inner, tunnel.peer_inner));
  line(text::label_cipher, tunnel.cipher);
  line(text::label_traffic, text::traffic(tunnel.received, tunnel.sent));
  if (tunnel.transport == "wireguard") {
    line(text::label_handshake,
         tunnel.last_handshake < 0 ? text::never : text::ago(tunnel.last_handshake));
    line(text::label_key, tunnel.public_key);
  }
  return style.paint(Colour::bold, printable(tunnel.name)) + '\n' + table.draw(style);
}

}  // namespace kaido::cli
