// kaido device add, list, enable, disable, remove
#include <algorithm>

#include "commands/commands.hpp"
#include "commands/people_common.hpp"
#include "decode.hpp"
#include "output/people.hpp"
#include "text_people.hpp"

namespace kaido::cli::commands {
namespace {

/// A certificate's file; never one with a private key in it, which is nobody else's business.
Outcome<std::string> read_certificate(const std::string& file) {
  auto text = read_text(file);
  if (text && text->contains("PRIVATE KEY-----")) {
    wipe(*text);
    return std::unexpected(Failure{Exit::failed, "", text::holds_private_key(file), {}, {}});
  }
  return text;
}

/// With --json {"user": NAME, "device": NAME}.
Exit told(const Options& options, const Outcome<std::string>& done, const std::string& sentence) {
  if (!done) return fail_about(options, done.error(), text::see_devices);
  if (options.json)
    print_json(json::object{{"user", options.name}, {"device", options.people.device}});
  else
    print(sentence);
  return Exit::fine;
}

}  // namespace

Exit device_add(const Options& options) {
  const auto& people = options.people;
  const auto certificate = read_certificate(people.certificate);
  if (!certificate) return fail(options, certificate.error());
  const auto added = ask([&](Client& client) {
    return client.add_device(
        {options.name, people.device, *certificate, people.wireguard_key, people.policy});
  });
  if (!added) return fail_about(options, added.error(), text::see_users);
  if (options.json) {
    print_json(json::object{{"device", *added}});
    return Exit::fine;
  }
  DeviceReport device;
  decode(*added, device);
  print(text::device_added(printable(options.name), printable(people.device)) +
        draw_device(device, now(), Style::for_stdout()));
  return Exit::fine;
}

Exit device_list(const Options& options) {
  auto all = ask([](Client& client) { return client.devices(); });
  if (!all) return fail(options, all.error());
  json::array shown;
  std::vector<DeviceReport> devices;
  for (auto& item : *all) {
    DeviceReport device;
    if (item.is_object()) decode(item.get_object(), device);
    if (!options.name.empty() && device.user != options.name) continue;
    devices.push_back(std::move(device));
    shown.push_back(std::move(item));
  }
  if (options.json)
    print_json(json::object{{"devices", std::move(shown)}});
  else
    print(draw_devices(devices, now(), Style::for_stdout()));
  return Exit::fine;
}

Exit device_enable(const Options& options) {
  const bool enabled = options.verb == Verb::device_enable;
  const auto& device = options.people.device;
  const auto done =
      ask([&](Client& client) { return client.enable_device(options.name, device, enabled); });
  return told(options, done,
              text::device_enabled(printable(options.name), printable(device), enabled));
}

Exit device_remove(const Options& options) {
  const auto& device = options.people.device;
  const auto done = ask([&](Client& client) { return client.remove_device(options.name, device); });
  return told(options, done, text::device_removed(printable(options.name), printable(device)));
}

}  // namespace kaido::cli::commands
