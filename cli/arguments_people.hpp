// The verbs about people on the command line.
#pragma once

#include "options.hpp"

namespace CLI {
class App;
}

namespace kaido::cli {

/// `options` outlives `app`.
void add_people_verbs(CLI::App& app, Options& options);

}  // namespace kaido::cli
