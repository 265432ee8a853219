#include "login/desk.hpp"

#include <algorithm>
#include <utility>

#include "config/keys.hpp"
#include "login/wg_quick.hpp"
#include "text_login.hpp"

namespace kaido::cli::login {
namespace {

std::unexpected<Failure> failed(Exit exit, const char* code, std::string message,
                                std::string remedy = {}) {
  return std::unexpected(Failure{exit, code, std::move(message), {}, std::move(remedy)});
}

/// Of an answer without a session.
std::unexpected<Failure> not_admitted(const Answer& answer, const char* refused,
                                      std::string remedy) {
  switch (answer.outcome) {
    case portal::Outcome::wait:
      return failed(Exit::failed, "hub-wait", text::wait_before(answer.again));
    case portal::Outcome::unavailable:
      return failed(Exit::unreachable, "hub-unavailable", text::hub_unavailable,
                    text::hub_unavailable_remedy);
    default:
      return failed(Exit::failed, "hub-refused", refused, std::move(remedy));
  }
}

/// The session file is read in another folder some day.
std::filesystem::path in_full(const std::filesystem::path& file) {
  return file.empty() ? file : std::filesystem::absolute(file).lexically_normal();
}

Outcome<std::optional<WireGuardPrivateKey>> own_key(const std::filesystem::path& file) {
  if (file.empty()) return std::nullopt;
  auto key = load_wireguard_key(file);
  if (!key) return std::unexpected(key.error());
  return std::optional(std::move(*key));
}

/// Of the one hub that has given a nonce.
Outcome<Answer> log_in_at(Nearest& nearest, const Wanted& wanted, const Device& device,
                          const std::string& public_key, Secret code) {
  const auto& [nonce, hub] = nearest.nonce;
  auto signature = device.sign(portal::login_text(nonce, hub, wanted.user, public_key));
  if (!signature) return std::unexpected(signature.error());
  auto answer = nearest.hub.log_in({.source = {},
                                    .user = wanted.user,
                                    .code = std::move(code),
                                    .certificates = device.certificates,
                                    .nonce = nonce,
                                    .wireguard_key = public_key,
                                    .signature = std::move(*signature)});
  if (!answer)
    return failed(Exit::unreachable, "hub-absent",
                  text::hub_failed(nearest.hub.url(), answer.error()));
  return std::move(*answer);
}

/// A hub that only wants to be asked later is there.
std::unexpected<Failure> no_nonce(std::string message, const std::vector<Trouble>& troubles) {
  const bool later = std::ranges::all_of(
      troubles, [](const Trouble& trouble) { return trouble.reason == Reason::wait; });
  return later ? failed(Exit::failed, "hub-wait", std::move(message))
               : failed(Exit::unreachable, "hub-absent", std::move(message));
}

std::string over_by_now(const Device& device, const Around& around) {
  return device.not_after < around.now() ? text::certificate_is_over(device.not_after)
                                         : std::string();
}

void remember(LoggedIn& done, const Around& around) {
  if (auto saved = save_session(around.session_file, done.saved); !saved)
    done.not_kept = std::move(saved.error());
}

Outcome<void> write_config(const Wanted& wanted, const LoggedIn& done,
                           const std::optional<WireGuardPrivateKey>& own, const Around& around) {
  if (!done.session.hub_key || !own) return failed(Exit::failed, "", text::hub_without_wireguard);
  auto written =
      write_wg_quick(wanted.write_config, draw_wg_quick(done.session, done.saved.hub, *own));
  return written && wanted.up ? around.bring_up(wanted.write_config) : written;
}

}  // namespace

Outcome<LoggedIn> log_in(const Wanted& wanted, const Around& around) {
  // All that can be wrong here comes before the code is used up.
  if (!wanted.write_config.empty())
    if (auto free = may_replace(wanted.write_config); !free) return std::unexpected(free.error());
  const auto context = make_context(wanted.trust);
  if (!context) return std::unexpected(context.error());
  const auto device = load_device(wanted.certificate, wanted.key, around.passphrase);
  if (!device) return std::unexpected(device.error());
  if (auto shown = show_certificate(**context, *device); !shown)
    return std::unexpected(shown.error());
  const auto read = own_key(wanted.wireguard_key);
  if (!read) return std::unexpected(read.error());
  const auto& own = *read;
  auto code = around.code();
  if (!code) return std::unexpected(code.error());
  auto nearest = login::nearest(wanted.hubs, **context, around.timeouts);
  if (!nearest) return no_nonce(text::no_hub(wanted.hubs, nearest.error()), nearest.error());
  const auto public_half = own ? to_base64(kaido::public_key(*own)) : std::string();
  auto answer = log_in_at(*nearest, wanted, *device, public_half, std::move(*code));
  if (!answer) return std::unexpected(answer.error());
  if (answer->outcome != portal::Outcome::admitted)
    return not_admitted(*answer, text::login_refused, over_by_now(*device, around));
  LoggedIn done{.saved = {.hub = nearest->hub.url(),
                          .session = answer->session.id,
                          .user = wanted.user,
                          .ends = answer->session.ends,
                          .offset = answer->session.now - around.now(),
                          .certificate = in_full(wanted.certificate),
                          .key = in_full(wanted.key),
                          .trust = in_full(wanted.trust),
                          .config = {}},
                .session = std::move(answer->session),
                .not_kept = {},
                .not_written = {}};
  if (!wanted.write_config.empty()) {
    if (auto written = write_config(wanted, done, own, around); !written)
      done.not_written = std::move(written.error());
    else if (wanted.up)
      done.saved.config = in_full(wanted.write_config);
  }
  remember(done, around);
  return done;
}

Outcome<void> forget(const SavedSession& saved, const Around& around) {
  if (!saved.config.empty())
    if (auto down = around.take_down(saved.config); !down) return down;
  return forget_session(around.session_file);
}

Outcome<std::optional<LoggedIn>> of_session(const SavedSession& saved, portal::Verb verb,
                                            const Around& around) {
  const auto context = make_context(saved.trust);
  if (!context) return std::unexpected(context.error());
  const auto device = load_device(saved.certificate, saved.key, around.passphrase);
  if (!device) return std::unexpected(device.error());
  if (auto shown = show_certificate(**context, *device); !shown)
    return std::unexpected(shown.error());
  const auto absent = [&](const Trouble& trouble) {
    return no_nonce(text::hub_failed(saved.hub, trouble), {trouble});
  };
  Hub hub(saved.hub, **context, around.timeouts);
  const auto nonce = hub.ask_nonce();
  if (!nonce) return absent(nonce.error());
  auto signature =
      device->sign(portal::session_text(nonce->nonce, nonce->hub, verb, saved.session));
  if (!signature) return std::unexpected(signature.error());
  auto answer = hub.of_session({.verb = verb,
                                .source = {},
                                .certificates = device->certificates,
                                .nonce = nonce->nonce,
                                .session = saved.session,
                                .signature = std::move(*signature)});
  if (!answer) return absent(answer.error());
  if (answer->outcome == portal::Outcome::ended) {
    if (auto gone = forget(saved, around); !gone) return std::unexpected(gone.error());
    return std::nullopt;
  }
  if (answer->outcome != portal::Outcome::admitted)
    return not_admitted(*answer, text::session_refused, text::session_refused_remedy);
  LoggedIn done{
      .saved = saved, .session = std::move(answer->session), .not_kept = {}, .not_written = {}};
  if (done.session.id != saved.session) return absent({Reason::not_understood, "\"session\""});
  done.saved.ends = done.session.ends;
  done.saved.offset = done.session.now - around.now();
  remember(done, around);
  return std::optional(std::move(done));
}

}  // namespace kaido::cli::login
