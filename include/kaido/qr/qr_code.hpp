// QR codes (ISO/IEC 18004) and their pictures. What one says may be a secret, and so may be all
// that is drawn of it.
#pragma once

#include <cstddef>
#include <expected>
#include <utility>

#include "kaido/secret.hpp"

namespace kaido {

class QrCode {
 public:
  /// Modules of white on each side, as the standard asks.
  static constexpr std::size_t kQuietZone = 4;

  /// The smallest that holds the text: 2,953 bytes at most. An errno: ERANGE when it is longer.
  [[nodiscard]] static std::expected<QrCode, int> of(const Secret& text);

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

/// A picture of its own, with the whole quiet zone.
[[nodiscard]] Secret draw_qr_svg(const QrCode& code);

}  // namespace kaido
