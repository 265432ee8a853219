#include "app/config_file.hpp"

#include <chrono>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "kaido/atomic_file.hpp"

namespace kaido {
namespace {

config::LoadOptions options(bool create_keys) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {.create_keys = create_keys,
          .now = std::chrono::duration_cast<std::chrono::seconds>(now).count()};
}

}  // namespace

std::expected<LoadedConfiguration, Diagnostics> ConfigFile::start() const {
  return config::load_file(file_, {.create_keys = true});
}

std::expected<LoadedConfiguration, Diagnostics> ConfigFile::load() {
  return config::load_file(file_, options(false));
}

std::expected<LoadedConfiguration, Diagnostics> ConfigFile::check(const std::string& text) {
  return config::load_text(text, file_, options(false));
}

std::expected<LoadedConfiguration, Diagnostics> ConfigFile::prepare(
    const std::optional<std::string>& text) {
  return text ? config::load_text(*text, file_, options(true))
              : config::load_file(file_, options(true));
}

Result<void> ConfigFile::save(const std::string& text) {
  // A link is followed to the file it names, and the file keeps its permissions.
  std::error_code error;
  const auto target = std::filesystem::weakly_canonical(file_, error);
  return write_atomically(error ? file_ : target, text, 0640, Condition::config_not_written);
}

std::vector<std::string> ConfigFile::diff(const Model& running, const Identities& identities,
                                          const LoadedConfiguration& wanted) const {
  return config::diff(running, identities, wanted);
}

std::string ConfigFile::show(const Model& model) const { return config::show(model); }

std::string ConfigFile::public_key(const WireGuardPrivateKey& key) const {
  return to_base64(kaido::public_key(key));
}

}  // namespace kaido
