// QR codes (ISO/IEC 18004), in a terminal or as SVG. What they say may be a secret, and so may be
// all that is drawn of it.
#pragma once

#include <cstddef>
#include <optional>

#include "exit.hpp"
#include "kaido/secret.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

class QrCode {
 public:
  /// The smallest that holds the text.
  [[nodiscard]] static Outcome<QrCode> of(const Secret& text);

  [[nodiscard]] std::size_t size() const { return size_; }  ///< modules a side
  /// False outside of it too: that is the quiet zone.
  [[nodiscard]] bool dark(std::size_t column, std::size_t row) const {
    return column < size_ && row < size_ && modules_.reveal()[row * size_ + column] != 0;
  }

 private:
  QrCode(std::size_t size, Secret modules) : size_(size), modules_(std::move(modules)) {}

  std::size_t size_;
  Secret modules_;  ///< row by row, 1 for a dark one
};

/// Modules of white that the terminal has room for on each side: four, as the standard asks, or
/// two, with which everything still scans. nullopt: it does not fit.
[[nodiscard]] std::optional<std::size_t> quiet_zone(std::size_t size, const TerminalSize& terminal);

/// Two modules a character, by half blocks; black on white whatever the terminal's colours are,
/// since many apps do not read a code with the colours turned round.
[[nodiscard]] Secret draw_qr(const QrCode& code, std::size_t quiet);

/// A picture of its own, with the whole quiet zone.
[[nodiscard]] Secret draw_qr_svg(const QrCode& code);

}  // namespace kaido::cli
