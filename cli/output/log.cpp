#include "output/log.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "text.hpp"

namespace kaido::cli {

std::string draw_log_entry(const LogEntry& entry, const Style& style) {
  const auto seconds = static_cast<std::time_t>(entry.time / 1'000'000);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%F %T", &local);
  const auto colour = entry.priority <= 3   ? Colour::red
                      : entry.priority == 4 ? Colour::yellow
                                            : Colour::none;
  const auto subject = entry.subject.empty() ? std::string() : printable(entry.subject) + ": ";
  return fmt::format("{}  {}  {}{}  {}\n", style.paint(Colour::dim, time.data()),
                     style.paint(colour, fmt::format("{:<7}", text::priority(entry.priority))),
                     style.paint(Colour::bold, subject), printable(entry.text),
                     style.paint(Colour::dim, fmt::format("[{}]", printable(entry.id))));
}

}  // namespace kaido::cli
