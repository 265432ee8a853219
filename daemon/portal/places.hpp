// Who is connected: at most so many in all and of one source. When there is no room, whoever has
// done nothing for longest gives way to who comes: idle or arriving makes no difference, since an
// honest client is idle between two requests for the shortest time, and a flood always arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "kaido/ip.hpp"
#include "portal/settings.hpp"

namespace kaido::portal {

class Places {
 public:
  using Id = std::uint64_t;
  enum class State : std::uint8_t {
    idle,      ///< between two requests
    arriving,  ///< in its handshake, or a request is under way
    served,    ///< a request is being answered: it stays
  };
  explicit Places(const Limits& limits) : limits_(limits) {}

  /// nullopt: no room, and nobody to give way. `close` ends the connection; it is called from a
  /// later take(), and the place is free at once.
  [[nodiscard]] std::optional<Id> take(const IpAddress& source, std::function<void()> close);
  void set(Id id, State state);
  void leave(Id id);
  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  struct Place {
    Prefix source;
    State state = State::arriving;
    std::uint64_t since = 0;  ///< a count of all changes
    std::function<void()> close;
  };
  /// Of one source, or of all: whose state is the oldest.
  bool make_room(const std::optional<Prefix>& source);

  Limits limits_;
  std::map<Id, Place> places_;
  Id last_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace kaido::portal
