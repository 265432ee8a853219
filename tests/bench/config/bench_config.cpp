// A hub with 10,000 sites (or as many as the first argument says): how long its configuration takes
// to read and to compare, and what it holds. Prints one line of JSON.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "config/keys.hpp"
#include "config/load.hpp"

namespace {

using namespace kaido;

WireGuardKey key_of(unsigned number) {
  WireGuardKey key{};
  for (std::size_t i = 0; i < 4; ++i) key.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
  return key;
}

std::string hub_with(unsigned sites) {
  std::string text = R"([gateway]
name = "tokyo"
role = "hub"
number = 60001
fleet = "fd4b:6169:646f::/48"
loopback = ["172.16.255.101"]
[identity]
domain = "tokyo.kaido.example"
certificate = "tokyo.crt"
key = "tokyo.key"
authorities = ["ca.crt"]
[wireguard]
private_key = "hub.key"
[[endpoint]]
name = "a"
address = "203.0.113.1"
[[network]]
name = "corp"
prefixes = ["172.16.0.0/16"]
)";
  for (unsigned i = 0; i < sites; ++i)
    text += fmt::format(
        "\n[[site]]\nname = \"site-{0}\"\nnumber = {1}\ndomain = \"site-{0}.kaido.example\"\n"
        "prefixes = [\"10.{2}.{3}.0/24\", \"fd51:{0:x}::/64\"]\n"
        "transports = [\"ikev2\", \"wireguard\"]\nslots = [\n"
        "  {{ number = 1, wireguard_public_key = \"{4}\" }},\n"
        "  {{ number = 2, wireguard_public_key = \"{5}\" }},\n]\n",
        i, i + 1, i / 256, i % 256, to_base64(key_of(2 * i + 1)), to_base64(key_of(2 * i + 2)));
  return text;
}

LoadedConfiguration load(const std::string& text) {
  auto loaded = config::load_text(text, "kaido.toml", {.now = 1, .read_files = false});
  if (loaded) return std::move(*loaded);
  for (const auto& mistake : loaded.error()) fmt::print(stderr, "{}\n", mistake.to_string());
  std::exit(1);
}

/// The median of nine runs, milliseconds.
double median(const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::ranges::nth_element(times, times.begin() + 4);
  return times.at(4);
}

double held() {
  malloc_trim(0);
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

}  // namespace

int main(int argc, char** argv) {
  const auto sites = static_cast<unsigned>(argc > 1 ? std::atoi(argv[1]) : 10'000);
  const auto text = hub_with(sites);
  auto other = text;
  other.replace(other.find("domain = \"site-7.") + 10, 6, "siteX7");

  const auto before = held();
  const auto loaded = load(text);
  const auto retained = held() - before;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);

  const auto changed = load(other);
  std::size_t differences = 0;
  const auto parse_ms = median([&] { (void)load(text); });
  const auto diff_ms =
      median([&] { differences = config::diff(loaded.model, loaded.identities, changed).size(); });
  const auto show_ms = median([&] { (void)config::show(loaded.model); });
  fmt::print(
      "{{\"bench\":\"config\", \"sites\": {}, \"text_bytes\": {}, \"parse_ms\": {:.1f}, "
      "\"diff_ms\": {:.2f}, \"show_ms\": {:.1f}, \"differences\": {}, \"peak_kb\": {}, "
      "\"retained_bytes_per_site\": {:.0f}}}\n",
      sites, text.size(), parse_ms, diff_ms, show_ms, differences, usage.ru_maxrss,
      retained / sites);
  return differences == 1 ? 0 : 1;
}
