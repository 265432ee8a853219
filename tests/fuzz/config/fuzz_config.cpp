// Any bytes as kaido.toml: no crash, no mistake without words; and what is accepted is shown as
// text that loads to the same model. Opens no file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/load.hpp"

using namespace kaido;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr config::LoadOptions kOptions{.create_keys = false, .now = 1, .read_files = false};
  const auto loaded = config::load_text(text, "kaido.toml", kOptions);
  if (!loaded) {
    if (loaded.error().empty() || loaded.error().size() > 51) std::abort();
    for (const auto& mistake : loaded.error())
      if (mistake.message.empty()) std::abort();
    return 0;
  }
  const auto again = config::load_text(config::show(loaded->model), "kaido.toml", kOptions);
  if (!again || !(*again == *loaded)) std::abort();
  if (!config::diff(loaded->model, loaded->identities, *again).empty()) std::abort();
  for (const auto& hub : loaded->model.hubs)
    if (config::site_entry(*loaded, hub).empty()) std::abort();
  return 0;
}
