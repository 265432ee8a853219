// Everything outside that the engine works with.
#pragma once

#include <optional>

#include "kaido/error.hpp"
#include "ports/certificate_judge.hpp"
#include "ports/claim_seals.hpp"
#include "ports/claim_source.hpp"
#include "ports/clock.hpp"
#include "ports/configuration.hpp"
#include "ports/firewall.hpp"
#include "ports/ike_control.hpp"
#include "ports/log_sink.hpp"
#include "ports/network_stack.hpp"
#include "ports/notebook_file.hpp"
#include "ports/otp_vault.hpp"
#include "ports/packages.hpp"
#include "ports/path_prober.hpp"
#include "ports/portal.hpp"
#include "ports/user_store.hpp"
#include "ports/wireguard_control.hpp"
#include "ports/workers.hpp"

namespace kaido {

/// Where people are known.
struct LoginPorts {
  UserStore& store;
  OtpVault& vault;
  CertificateJudge& judge;
};

struct Ports {
  Clock& clock;
  Workers& workers;
  IkeControl& ike;
  NetworkStack& stack;
  WireGuardControl& wireguard;
  Firewall& firewall;
  NotebookFile& store;
  Configuration& configuration;
  LogSink& log;
  const ClaimSeals& seals;
  PathProber* prober = nullptr;                   ///< none: the tunnels' word counts
  std::optional<Error> no_prober = std::nullopt;  ///< a site: why there is none
  ClaimSource* claims = nullptr;       ///< hubs; none: the first tunnel that is up is used
  const LoginPorts* people = nullptr;  ///< hubs
  Portal* portal = nullptr;            ///< hubs
  const Packages* packages = nullptr;  ///< hubs
};

}  // namespace kaido
