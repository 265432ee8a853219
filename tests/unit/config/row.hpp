// One thing that people get wrong in a configuration, and what they have to be told.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace kaido::config {

inline constexpr char kBranch[] = "branch.toml";
inline constexpr char kHub[] = "hub.toml";

struct Row {
  const char* name;
  const char* sample;
  const char* from;  ///< exactly once in the sample
  const char* to;
  std::vector<std::string> expected;  ///< each is a fragment of one mistake, in this order
};
void PrintTo(const Row& row, std::ostream* out);

/// Changes the sample, loads it without its files, and compares what is told.
void expect_told(const Row& row);

}  // namespace kaido::config
