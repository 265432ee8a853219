#include "world.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <fstream>

namespace kaido::test {

namespace fs = std::filesystem;

void make_well(api::FakeControl& control) {
  control.status_report.conditions.clear();
  control.status_report.tunnels_up = control.status_report.tunnels = 2;
  control.tunnel_reports = {{.name = "tokyo/a:isp1/ikev2", .peer = "tokyo", .state = "up"},
                            {.name = "tokyo/b:isp2/ikev2", .peer = "tokyo", .state = "up"}};
  control.uplink_reports = {{"isp1", 1, "eth1", "kd-up1", "up", {"192.168.1.5"}, {"192.168.1.1"}}};
  control.network_reports = {{.name = "corp",
                              .prefixes = {"10.50.0.0/16"},
                              .hubs = {"tokyo"},
                              .tunnel = "tokyo/a:isp1/ikev2"}};
  control.path_reports.clear();
  for (const auto& tunnel : control.tunnel_reports) {
    PathReport path;
    path.name = tunnel.name;
    path.hub = "tokyo";
    path.health = "good";
    control.path_reports.push_back(path);
  }
  control.entries = {{1'800'000'000'000'000, 5, "STARTED", "osaka", "0.1.0"}};
  control.mistakes.clear();
  control.people.user_list = {{.name = "alice", .display = "", .groups = {}}};
  session::Device laptop;
  laptop.user = "alice";
  laptop.name = "laptop";
  control.people.device_list = {laptop};
}

boost::json::object object_of(const std::string& line) {
  boost::system::error_code error;
  const auto value = boost::json::parse(line, error);
  return !error && value.is_object() ? value.get_object() : boost::json::object();
}

Cli::Cli() {
  auto name = (fs::temp_directory_path() / "kaido-cli-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  fs::permissions(folder_, fs::perms(0755));
}

Cli::~Cli() { fs::remove_all(folder_); }

void Cli::SetUp() {
  bus_.start();
  gateway_.start();
  ASSERT_EQ(gateway_.bus_report(0), std::pair(true, std::string()));
  on_engine(make_well);
}

Words Cli::kaido(const Words& words) {
  Words command{KAIDO_PROGRAM};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

Ended Cli::run(const Words& words, const std::string& input) {
  return test::run(kaido(words), input);
}

Ended Cli::run_as_nobody(const Words& words) const {
  // A checkout may lie where others cannot go.
  const auto program = folder_ / "kaido";
  fs::copy_file(KAIDO_PROGRAM, program, fs::copy_options::skip_existing);
  Words command{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program};
  command.insert(command.end(), words.begin(), words.end());
  return test::run(command);
}

void Cli::on_engine(const std::function<void(api::FakeControl&)>& f) {
  gateway_.on_engine([&] { f(gateway_.control); });
}

fs::path Cli::write(const std::string& name, const std::string& content) const {
  std::ofstream(folder_ / name) << content;
  return folder_ / name;
}

}  // namespace kaido::test
