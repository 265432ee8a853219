// What test-hub says: a line of JSON for each event and each answer.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

namespace kaido::test {

inline void print(const boost::json::object& line) {
  std::puts(boost::json::serialize(line).c_str());
  std::fflush(stdout);
}

}  // namespace kaido::test
