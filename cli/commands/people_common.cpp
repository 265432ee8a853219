#include "commands/people_common.hpp"

#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <ctime>
#include <utility>

#include "kaido/write_all.hpp"

namespace kaido::cli::commands {

Exit fail_about(const Options& options, Failure failure, const char* see) {
  if (failure.code == "not-found" && failure.remedy.empty()) failure.remedy = see;
  return fail(options, failure);
}

std::int64_t now() { return std::time(nullptr); }

void print_secret(std::string_view text) {
  std::fflush(stdout);
  // A reader that has gone away needs no message.
  static_cast<void>(write_all(STDOUT_FILENO, text));
}

Secret json_string(const Secret& value) {
  auto text = json::serialize(json::string_view(value.reveal_text()));
  return Secret::absorb(text);
}

void print_secret_json(const char* key, const Secret& value, std::string_view members) {
  const auto string = json_string(value);
  print(std::string("{\"") + key + "\":");
  print_secret(string.reveal_text());
  print(std::string(members) + "}\n");
}

}  // namespace kaido::cli::commands
