#include "kaido/qr/qr_code.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <span>
#include <string>

namespace kaido {
namespace {

constexpr std::size_t kBytesOfModule = 20;  // "M100 100h1v1h-1z" and some room
constexpr std::size_t kBytesOfFrame = 400;
constexpr std::size_t kPixelsOfModule = 8;

struct FreeCode {
  void operator()(QRcode* code) const {
    const auto side = static_cast<std::size_t>(code->width);
    wipe({code->data, side * side});
    QRcode_free(code);
  }
};

}  // namespace

std::expected<QrCode, int> QrCode::of(const Secret& text) {
  const auto bytes = text.reveal();
  const std::unique_ptr<QRcode, FreeCode> made(
      QRcode_encodeData(static_cast<int>(bytes.size()), bytes.data(), 0, QR_ECLEVEL_L));
  if (!made) return std::unexpected(errno);
  const auto side = static_cast<std::size_t>(made->width);
  const std::span<const unsigned char> given(made->data, side * side);
  auto modules = Secret::zeros(given.size());
  // The lowest bit says dark; the others how the module came about.
  for (std::size_t i = 0; i < given.size(); ++i) modules.writable()[i] = given[i] & 1U;
  return QrCode(side, std::move(modules));
}

Secret draw_qr_svg(const QrCode& code) {
  const auto side = std::to_string(code.size() + 2 * QrCode::kQuietZone);
  const auto pixels = std::to_string((code.size() + 2 * QrCode::kQuietZone) * kPixelsOfModule);
  std::string drawn;
  // All of it at once: a text that grows leaves copies behind.
  drawn.reserve(code.size() * code.size() * kBytesOfModule + kBytesOfFrame);
  drawn.append(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )").append(side);
  drawn.append(" ").append(side).append(R"(" width=")").append(pixels);
  drawn.append(R"(" height=")").append(pixels).append("\" shape-rendering=\"crispEdges\">\n");
  drawn.append(R"(<rect width=")").append(side).append(R"(" height=")").append(side);
  drawn.append("\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"");
  for (std::size_t row = 0; row < code.size(); ++row)
    for (std::size_t column = 0; column < code.size(); ++column) {
      if (!code.dark(column, row)) continue;
      drawn.append("M").append(std::to_string(column + QrCode::kQuietZone)).append(" ");
      drawn.append(std::to_string(row + QrCode::kQuietZone)).append("h1v1h-1z");
    }
  drawn.append("\"/>\n</svg>\n");
  return Secret::absorb(drawn);
}

}  // namespace kaido
