#include "output/moment.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "text_people.hpp"

namespace kaido::cli {
namespace {

std::string in_local_time(std::int64_t moment, const char* form) {
  const auto seconds = static_cast<std::time_t>(moment);
  std::tm local{};
  // A moment of a year that no calendar has is shown as it came.
  if (localtime_r(&seconds, &local) == nullptr) return fmt::format("{}", moment);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), form, &local);
  return {text.data(), length};
}

}  // namespace

std::string local_time(std::int64_t moment) { return in_local_time(moment, "%F %T"); }
std::string local_minute(std::int64_t moment) { return in_local_time(moment, "%F %H:%M"); }

std::string end_at(std::int64_t moment, std::int64_t now) {
  if (moment == 0) return {};
  return local_minute(moment) + ' ' +
         (moment > now ? text::in_a_time(moment - now) : std::string(text::over));
}

}  // namespace kaido::cli
