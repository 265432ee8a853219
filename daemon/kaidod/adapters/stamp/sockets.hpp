// The prober's sockets, with all their options.
#pragma once

#include <cstdint>

#include "kaido/descriptor.hpp"
#include "kaido/error.hpp"
#include "kaido/ip.hpp"

namespace kaido::stamp_prober {

/// For STAMP over IPv6: any address, a port of the kernel's choice, arrival times, and never a
/// fragment, whatever any router has said about the path's MTU.
Result<Descriptor> open_stamp();
/// Hears echo replies with this identifier, from every interface.
Result<Descriptor> open_echo_receiver(Family family, std::uint16_t identifier);
/// Sends echo requests and hears nothing. It is bound to one device after another (bind_to): for
/// the kernel, an interface named with a message only is a wish as far as IPv6 goes.
Result<Descriptor> open_echo_sender(Family family);
/// False with errno: there is no such interface.
bool bind_to(const Descriptor& socket, unsigned interface);

}  // namespace kaido::stamp_prober
