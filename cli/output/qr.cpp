#include "output/qr.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "text_people.hpp"

namespace kaido::cli {
namespace {

constexpr std::size_t least_zone = 2;
constexpr std::size_t prompt = 1;  // the line below the code
constexpr std::string_view black_on_white = "\x1b[30;107m";
constexpr std::string_view as_before = "\x1b[0m\n";
constexpr std::size_t bytes_of_block = 3;

/// By the upper module and the lower one.
std::string_view block(bool upper, bool lower) {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}

}  // namespace

Outcome<QrCode> make_qr(const Secret& content) {
  auto code = QrCode::of(content);
  if (!code)
    return std::unexpected(
        Failure{Exit::failed, "", text::no_qr(std::strerror(code.error())), {}, {}});
  return std::move(*code);
}

std::optional<std::size_t> quiet_zone(std::size_t size, const TerminalSize& terminal) {
  for (const auto zone : {QrCode::kQuietZone, least_zone}) {
    const auto side = size + 2 * zone;
    const bool high_enough = terminal.rows == 0 || (side + 1) / 2 + prompt <= terminal.rows;
    if (side <= terminal.columns && high_enough) return zone;
  }
  return std::nullopt;
}

Secret draw_qr(const QrCode& code, std::size_t quiet) {
  const auto side = code.size() + 2 * quiet;
  std::string drawn;
  // All of it at once: a text that grows leaves copies behind.
  drawn.reserve((side / 2 + 1) *
                (side * bytes_of_block + black_on_white.size() + as_before.size()));
  // What is left of the quiet zone wraps round to a number that is outside too.
  for (std::size_t row = 0; row < side; row += 2) {
    drawn += black_on_white;
    for (std::size_t column = 0; column < side; ++column)
      drawn +=
          block(code.dark(column - quiet, row - quiet), code.dark(column - quiet, row + 1 - quiet));
    drawn += as_before;
  }
  return Secret::absorb(drawn);
}

}  // namespace kaido::cli
