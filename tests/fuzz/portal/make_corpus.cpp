// Writes the seeds of the link: make_corpus FOLDER. A packet of each kind.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "kaido/portal_link.hpp"

namespace kaido::portal {
namespace {

void save(const std::filesystem::path& path, Body body) {
  std::filesystem::create_directories(path.parent_path());
  const auto bytes = encode({.id = 7, .body = std::move(body)}).value();
  std::ofstream(path, std::ios::binary) << bytes.reveal_text();
}

void make(const std::filesystem::path& folder) {
  save(folder / "ask-nonce", AskNonce{.source = "192.0.2.1"});
  save(folder / "log-in", LogIn{.source = "2001:db8::1",
                                .user = "ann",
                                .code = Secret(std::string_view("123456")),
                                .certificates = "PEM\n",
                                .nonce = "00",
                                .wireguard_key = "AA==",
                                .signature = "x"});
  save(folder / "of-session", OfSession{.verb = Verb::extend,
                                        .source = "192.0.2.1",
                                        .certificates = "PEM\n",
                                        .nonce = "00",
                                        .session = "s",
                                        .signature = "x"});
  save(folder / "nonce", Nonce{.nonce = "00", .hub = "hub"});
  save(folder / "answer", Answer{.outcome = Outcome::admitted,
                                 .session = "s",
                                 .ends = 2,
                                 .now = 1,
                                 .hub_key = "AA==",
                                 .port = 51820,
                                 .addresses = "10.8.0.2/32",
                                 .networks = "10.0.0.0/8"});
}

}  // namespace
}  // namespace kaido::portal

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  kaido::portal::make(argv[1]);
}
