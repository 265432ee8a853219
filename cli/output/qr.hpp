// QR codes in a terminal.
#pragma once

#include <cstddef>
#include <optional>

#include "exit.hpp"
#include "kaido/qr/qr_code.hpp"
#include "kaido/secret.hpp"
#include "output/terminal.hpp"

namespace kaido::cli {

/// The smallest that holds the text.
[[nodiscard]] Outcome<QrCode> make_qr(const Secret& content);

/// Modules of white that the terminal has room for on each side: four, as the standard asks, or
/// two, with which everything still scans. nullopt: it does not fit.
[[nodiscard]] std::optional<std::size_t> quiet_zone(std::size_t size, const TerminalSize& terminal);

/// Two modules a character, by half blocks; black on white whatever the terminal's colours are,
/// since many apps do not read a code with the colours turned round.
[[nodiscard]] Secret draw_qr(const QrCode& code, std::size_t quiet);

}  // namespace kaido::cli
