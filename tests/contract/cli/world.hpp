// `kaido` as it was built, and a branch gateway for it to talk to.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "gateway.hpp"
#include "private_bus.hpp"
#include "running.hpp"

namespace kaido::test {

using Words = std::vector<std::string>;

/// Two tunnels to tokyo, both up, and a network by each; nothing is wrong.
void make_well(api::FakeControl& control);

/// The one line that --json prints, as an object; {} when it is anything else.
[[nodiscard]] boost::json::object object_of(const std::string& line);

class Cli : public testing::Test {
 protected:
  Cli();
  ~Cli() override;
  void SetUp() override;

  [[nodiscard]] static Words kaido(const Words& words);
  static Ended run(const Words& words, const std::string& input = {});
  /// As a user who is neither root nor a member of the group kaido.
  Ended run_as_nobody(const Words& words) const;
  void on_engine(const std::function<void(api::FakeControl&)>& f);
  std::filesystem::path write(const std::string& name, const std::string& content) const;

  api::PrivateBus bus_;
  api::Gateway gateway_;
  std::filesystem::path folder_;  ///< of the test's own; others may look into it
};

}  // namespace kaido::test
