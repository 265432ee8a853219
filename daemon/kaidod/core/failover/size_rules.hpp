// Constants that the size_*.cpp and fragments.cpp share. Internal to them.
#pragma once

#include <chrono>
#include <cstdint>

namespace kaido::failover {

using namespace std::chrono_literals;

inline constexpr std::uint16_t kMinimum = 1280;   ///< bytes; every IPv6 link passes it, RFC 8200 §5
inline constexpr std::uint32_t kProofOfLoss = 2;  ///< one lost probe may be bad luck
inline constexpr auto kWhileUsed = 500ms;         ///< between full-size probes where traffic goes
inline constexpr auto kStandby = 5s;              ///< on a standby, and in use without traffic
inline constexpr auto kElsewhere = 60s;           ///< on all other paths
inline constexpr auto kFirstRetry = 10s;          ///< until more is tried again on a limited path
inline constexpr auto kLongestRetry = 300s;
inline constexpr auto kBothEnds = 300ms;  ///< until both ends have applied a new size

}  // namespace kaido::failover
