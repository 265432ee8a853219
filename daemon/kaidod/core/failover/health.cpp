#include "core/failover/health.hpp"

namespace kaido {

const char* to_string(Health health) {
  switch (health) {
    case Health::unusable:
      return "unusable";
    case Health::unproven:
      return "unproven";
    case Health::good:
      return "good";
    case Health::suspect:
      return "suspect";
    case Health::down:
      return "down";
    case Health::proving:
      return "proving";
  }
  return "";
}

const char* to_string(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "";
    case Trouble::silent:
      return "silent";
    case Trouble::upload_dead:
      return "upload-dead";
    case Trouble::download_dead:
      return "download-dead";
    case Trouble::reflector_silent:
      return "reflector-silent";
    case Trouble::size_limited:
      return "size-limited";
    case Trouble::lossy:
      return "lossy";
    case Trouble::slow:
      return "slow";
    case Trouble::claim_ignored:
      return "claim-ignored";
  }
  return "";
}

}  // namespace kaido
