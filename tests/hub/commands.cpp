#include "hub/commands.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/json/array.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hub/lines.hpp"

namespace kaido::test {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

const std::string kActor = "test";

using Words = std::vector<std::string>;

/// An answer of People, as a line.
template <typename T>
Done<T> tell(std::function<json::object(const T&)> line) {
  return [line = std::move(line)](const Result<T>& result) {
    print(result ? line(*result) : json::object{{"failed", result.error().to_string()}});
  };
}
Done<std::monostate> tell_done() {
  return tell<std::monostate>([](const auto&) { return json::object{}; });
}

void add_user(Hub& hub, const Words& words) {
  hub.people().add_users(kActor, {{.name = words.at(1), .display = "", .groups = {"staff"}}}, false,
                         [&hub, name = words.at(1)](const Result<std::uint32_t>& added) {
                           if (!added) return print({{"failed", added.error().to_string()}});
                           hub.people().new_otp(
                               kActor, name, {}, tell<Secret>([](const Secret& uri) {
                                 return json::object{{"uri", std::string(uri.reveal_text())}};
                               }));
                         });
}

void verify(Hub& hub, const Words& words) {
  hub.people().verify_otp(kActor, words.at(1), Secret(words.at(2)),
                          tell<bool>([](bool counts) { return json::object{{"counts", counts}}; }));
}

void add_device(Hub& hub, const Words& words) {
  std::ifstream in(words.at(3));
  hub.people().add_device(kActor,
                          {.user = words.at(1),
                           .name = words.at(2),
                           .certificate = {std::istreambuf_iterator<char>(in), {}},
                           .wireguard_key = words.size() > 4 ? words[4] : ""},
                          tell<session::Device>([](const auto&) { return json::object{}; }));
}

void enable(Hub& hub, const Words& words) {
  hub.people().change_user(kActor, words.at(1),
                           {.enabled = words[0] == "enable", .display = {}, .groups = {}},
                           tell_done());
}

void end(Hub& hub, const Words& words) {
  hub.people().end_session(kActor, words.at(1), tell_done());
}

void extend(Hub& hub, const Words& words) {
  hub.people().extend_session(
      kActor, words.at(1), static_cast<std::uint32_t>(std::stoul(words.at(2))),
      tell<session::WallTime>([](auto ends) { return json::object{{"ends", ends}}; }));
}

void sessions(Hub& hub, const Words& /*words*/) {
  hub.people().sessions(false, tell<std::vector<session::Session>>([](const auto& living) {
                          json::array ids;
                          for (const auto& one : living) ids.emplace_back(one.id);
                          return json::object{{"sessions", std::move(ids)}};
                        }));
}

void admitted(Hub& hub, const Words& /*words*/) {
  json::array ids;
  for (const auto& [key, peer] : hub.admissions().peers) ids.emplace_back(peer.session);
  for (const auto& [name, connection] : hub.admissions().connections)
    ids.emplace_back(connection.session);
  print({{"sessions", std::move(ids)}});
}

void refusals(Hub& hub, const Words& words) {
  hub.people().audit({.user = words.at(1), .act = session::Act::login_refused, .newest = 1000},
                     tell<std::vector<session::AuditEntry>>([](const auto& entries) {
                       json::array why;
                       for (const auto& entry : entries) why.emplace_back(entry.note.detail);
                       return json::object{{"refusals", std::move(why)}};
                     }));
}

void set_ahead(Hub& hub, const Words& words) {
  hub.clock().set_ahead(std::chrono::seconds(std::stoll(words.at(1))));
  print({});
}

void now(Hub& hub, const Words& /*words*/) { print({{"now", hub.clock().wall_time()}}); }

using Command = void (*)(Hub&, const Words&);
const std::map<std::string, Command, std::less<>>& commands() {
  static const std::map<std::string, Command, std::less<>> all{
      {"user", add_user},     {"verify", verify},     {"device", add_device},
      {"enable", enable},     {"disable", enable},    {"end", end},
      {"extend", extend},     {"sessions", sessions}, {"admitted", admitted},
      {"refusals", refusals}, {"ahead", set_ahead},   {"now", now}};
  return all;
}

}  // namespace

Commands::Commands(asio::io_context& io, Hub& hub)
    : io_(io), hub_(hub), input_(io, ::dup(STDIN_FILENO)) {}

void Commands::start() {
  asio::async_read_until(input_, asio::dynamic_buffer(read_), '\n',
                         [this](boost::system::error_code error, std::size_t size) {
                           if (error) return io_.stop();
                           const auto line = read_.substr(0, size - 1);
                           read_.erase(0, size);
                           obey(line);
                           start();
                         });
}

void Commands::obey(const std::string& line) {
  std::istringstream in(line);
  const Words words{std::istream_iterator<std::string>(in), {}};
  try {
    commands().at(words.at(0))(hub_, words);
  } catch (const std::exception& problem) {
    print({{"failed", line + ": " + problem.what()}});
  }
}

}  // namespace kaido::test
