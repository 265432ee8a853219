#include <cstdio>
#include <exception>

#include "arguments.hpp"
#include "commands/commands.hpp"
#include "text.hpp"

int main(int argc, char** argv) {
  try {
    const auto parsed = kaido::cli::parse_arguments(argc, argv);
    if (!parsed) return parsed.error();
    return static_cast<int>(kaido::cli::run(*parsed));
  } catch (const std::exception& error) {
    std::fputs(kaido::cli::text::broken(error.what()).c_str(), stderr);
    return static_cast<int>(kaido::cli::Exit::failed);
  }
}
