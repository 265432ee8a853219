// kaido login and kaido logout on the command line.
#pragma once

#include "options.hpp"

namespace CLI {
class App;
}

namespace kaido::cli {

void add_login_verbs(CLI::App& app, Options& options);

}  // namespace kaido::cli
