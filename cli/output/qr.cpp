#include "output/qr.hpp"

#include <fmt/format.h>
#include <qrencode.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "text_people.hpp"

namespace kaido::cli {
namespace {

constexpr std::size_t whole_zone = 4;
constexpr std::size_t least_zone = 2;
constexpr std::size_t prompt = 1;  // the line below the code
constexpr std::string_view black_on_white = "\x1b[30;107m";
constexpr std::string_view as_before = "\x1b[0m\n";
constexpr std::size_t bytes_of_block = 3;
constexpr std::size_t bytes_of_svg_module = 20;  // "M100 100h1v1h-1z" and some room
constexpr std::size_t bytes_of_svg_frame = 400;

struct FreeCode {
  void operator()(QRcode* code) const {
    const auto side = static_cast<std::size_t>(code->width);
    wipe({code->data, side * side});
    QRcode_free(code);
  }
};

/// By the upper module and the lower one.
std::string_view block(bool upper, bool lower) {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}

}  // namespace

Outcome<QrCode> QrCode::of(const Secret& text) {
  const auto bytes = text.reveal();
  const std::unique_ptr<QRcode, FreeCode> made(
      QRcode_encodeData(static_cast<int>(bytes.size()), bytes.data(), 0, QR_ECLEVEL_L));
  if (!made)
    return std::unexpected(Failure{Exit::failed, "", text::no_qr(std::strerror(errno)), {}, {}});
  const auto side = static_cast<std::size_t>(made->width);
  const std::span<const unsigned char> given(made->data, side * side);
  auto modules = Secret::zeros(given.size());
  // The lowest bit says dark; the others how the module came about.
  for (std::size_t i = 0; i < given.size(); ++i) modules.writable()[i] = given[i] & 1U;
  return QrCode(side, std::move(modules));
}

std::optional<std::size_t> quiet_zone(std::size_t size, const TerminalSize& terminal) {
  for (const auto zone : {whole_zone, least_zone}) {
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

Secret draw_qr_svg(const QrCode& code) {
  const auto side = code.size() + 2 * whole_zone;
  std::string drawn;
  drawn.reserve(code.size() * code.size() * bytes_of_svg_module + bytes_of_svg_frame);
  auto out = std::back_inserter(drawn);
  fmt::format_to(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" "
                 "width=\"{1}\" height=\"{1}\" shape-rendering=\"crispEdges\">\n"
                 "<rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"",
                 side, side * 8);
  for (std::size_t row = 0; row < code.size(); ++row)
    for (std::size_t column = 0; column < code.size(); ++column)
      if (code.dark(column, row))
        fmt::format_to(out, "M{} {}h1v1h-1z", column + whole_zone, row + whole_zone);
  fmt::format_to(out, "\"/>\n</svg>\n");
  return Secret::absorb(drawn);
}

}  // namespace kaido::cli
