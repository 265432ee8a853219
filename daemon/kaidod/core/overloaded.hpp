// std::visit with a lambda per type: the compiler finds the one that is missing.
#pragma once

namespace kaido {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace kaido
