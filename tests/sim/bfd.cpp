// BFD as BIRD runs it: both ends send, each judges what it hears, and tells the other when it is
// down.
#include <algorithm>

#include "baselines.hpp"
#include "queue.hpp"

namespace kaido::sim {
namespace {

enum class What : std::uint8_t { send, hear, expire, attempt };

struct End {
  Instant heard;
  bool expiry_pending = false;
};

struct Session {
  bool up = true;
  std::array<End, 2> ends;  ///< by the direction that it listens to
};

class Bfd {
 public:
  Bfd(const Network& network, Duration interval, std::uint32_t multiplier)
      : world_(network.world()),
        chooser_(network),
        interval_(interval),
        patience_(interval * multiplier),
        sessions_(world_.paths.size()) {
    for (const auto& fault : world_.faults) {
      if (fault.kind == Kind::site_stall) {
        stalls_[0].push_back(fault);
      }
      if (fault.kind == Kind::hub_stall) {
        stalls_[1 + fault.hub].push_back(fault);
      }
    }
    for (auto& list : stalls_) {
      std::sort(list.begin(), list.end(),
                [](const Fault& a, const Fault& b) { return a.from < b.from; });
    }
  }

  Figures run() {
    for (std::uint32_t path = 0; path < sessions_.size(); ++path) {
      come_up(path, world_.start);
    }
    while (!queue_.empty() && queue_.top().at < world_.end) {
      const auto event = queue_.pop();
      chooser_.advance(event.at);
      switch (event.kind) {
        case What::send:
          send(event.index, event.value, event.at);
          break;
        case What::hear:
          hear(event.index, event.value, event.at);
          break;
        case What::expire:
          expire(event.index, event.value, event.at);
          break;
        case What::attempt:
          attempt(event.index, event.at);
          break;
      }
    }
    return chooser_.finish("bfd 50 ms x 3");
  }

 private:
  /// Until when the machine at an end gets no CPU; `at` itself when it runs.
  Instant runs_at(std::uint32_t path, bool site, Instant at) {
    const auto machine = site ? 0 : 1 + world_.paths[path].spec.hub;
    const auto& list = stalls_.at(machine);
    auto& cursor = cursors_.at(machine);
    while (cursor < list.size() && list[cursor].to <= at) {
      ++cursor;
    }
    return cursor < list.size() && list[cursor].from <= at ? list[cursor].to : at;
  }

  void come_up(std::uint32_t path, Instant at) {
    auto& session = sessions_[path];
    session.up = true;
    chooser_.set(path, true, at);
    for (std::uint32_t direction = 0; direction < 2; ++direction) {
      session.ends.at(direction).heard = at;
      queue_.push(at + jittered(path, direction, at), What::send, path, direction);
      if (!session.ends.at(direction).expiry_pending) {
        session.ends.at(direction).expiry_pending = true;
        queue_.push(at + patience_, What::expire, path, direction);
      }
    }
  }

  void go_down(std::uint32_t path, Instant at) {
    sessions_[path].up = false;
    chooser_.set(path, false, at);
    queue_.push(at + seconds(0.875), What::attempt, path);
  }

  /// RFC 5880 §6.8.7: up to a quarter less.
  Duration jittered(std::uint32_t path, std::uint32_t direction, Instant at) {
    const auto dice = mix(world_.seed ^ 0xbfd ^ (path * 2 + direction) ^
                          static_cast<std::uint64_t>(at.time_since_epoch().count()));
    return interval_ - (interval_ * static_cast<std::int64_t>(dice % 250) / 1000);
  }

  void send(std::uint32_t path, std::uint32_t direction, Instant at) {
    if (!sessions_[path].up) {
      return;
    }
    const auto runs = runs_at(path, direction == kUp, at);
    if (runs > at) {
      return queue_.push(runs, What::send, path, direction);
    }
    queue_.push(at + jittered(path, direction, at), What::send, path, direction);
    if (const auto delay = chooser_.view().send(path, direction, {.sent = at})) {
      queue_.push(at + *delay, What::hear, path, direction);
    }
  }

  void hear(std::uint32_t path, std::uint32_t direction, Instant at) {
    const auto runs = runs_at(path, direction == kDown, at);
    // Timers are looked at before sockets when a machine has CPU again.
    if (runs > at) {
      return queue_.push(runs + std::chrono::microseconds(1), What::hear, path, direction);
    }
    sessions_[path].ends.at(direction).heard = at;
  }

  void expire(std::uint32_t path, std::uint32_t direction, Instant at) {
    auto& session = sessions_[path];
    auto& end = session.ends.at(direction);
    end.expiry_pending = false;
    if (!session.up) {
      return;
    }
    const auto runs = runs_at(path, direction == kDown, at);
    const auto due = std::max(end.heard + patience_, runs);
    if (due > at) {
      end.expiry_pending = true;
      return queue_.push(due, What::expire, path, direction);
    }
    go_down(path, at);
  }

  /// The handshake of three packets, at the slow rate of a session that is not up.
  void attempt(std::uint32_t path, Instant at) {
    auto& view = chooser_.view();
    Instant then = at;
    for (const auto direction : {kUp, kDown, kUp}) {
      const auto delay = view.send(path, direction, {.sent = then});
      if (!delay || runs_at(path, true, at) > at || runs_at(path, false, at) > at) {
        return queue_.push(at + seconds(0.875), What::attempt, path);
      }
      then += *delay;
    }
    come_up(path, at);
  }

  const World& world_;
  Chooser chooser_;
  Duration interval_;
  Duration patience_;
  std::vector<Session> sessions_;
  Queue<What> queue_;
  std::array<std::vector<Fault>, 1 + kHubs> stalls_;
  std::array<std::size_t, 1 + kHubs> cursors_{};
};

}  // namespace

Figures run_bfd(const Network& network, Duration interval, std::uint32_t multiplier) {
  return Bfd(network, interval, multiplier).run();
}

}  // namespace kaido::sim
