#include "engine/charon_age.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "core/charon_holes.hpp"
#include "core/desired/people.hpp"

namespace kaido {

void CharonAge::charon_came() {
  if (packages_ == nullptr) return;
  auto version = std::make_shared<std::optional<std::string>>();
  workers_.run([version, packages = packages_] { *version = packages->version_of(kCharonPackage); },
               [this, version](const std::exception_ptr& thrown) {
                 if (thrown) return;
                 version_ = std::move(*version);
                 judge();
               });
}

void CharonAge::judge() {
  const auto trouble =
      version_ && ikev2_for_people(board_.model) ? charon_trouble(*version_) : std::nullopt;
  if (trouble)
    conditions_.raise(std::string(kCharonPackage), *trouble, clock_.now());
  else
    conditions_.clear_all(std::string(kCharonPackage));
}

}  // namespace kaido
