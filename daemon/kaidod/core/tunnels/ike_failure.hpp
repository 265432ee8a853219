// Why a tunnel did not come up, out of charon's log.
#pragma once

#include <optional>
#include <string_view>

#include "kaido/error.hpp"

namespace kaido {

/// What a line of charon's log (level 1 and below, IkeLogLine::text) says about a failed IKE or
/// CHILD SA: one of the tunnel_* conditions, with the particulars in plain words. nullopt for
/// every line that says nothing about failure. Works for both ends: a responder's own line about
/// the same failure gives the same condition where the line tells it.
///
/// charon writes the particular line (a certificate's dates, an identity) before the general one
/// ("received AUTHENTICATION_FAILED notify error"): of several lines about one attempt keep the
/// first that is neither tunnel_failed nor tunnel_refused, else the first.
std::optional<Error> classify_ike_log(std::string_view line);

}  // namespace kaido
