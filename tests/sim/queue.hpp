// Events in order of time; equal times in order of insertion, so that a run replays exactly.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/tunnels/tunnel.hpp"

namespace kaido::sim {

template <typename Kind>
class Queue {
 public:
  struct Event {
    Instant at;
    std::uint64_t order = 0;
    Kind kind{};
    std::uint32_t index = 0;  ///< what of, by the kind
    std::uint32_t value = 0;
  };
  Queue() { heap_.reserve(1024); }
  void push(Instant at, Kind kind, std::uint32_t index = 0, std::uint32_t value = 0) {
    heap_.push_back({at, order_++, kind, index, value});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] const Event& top() const { return heap_.front(); }
  Event pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }

 private:
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  std::vector<Event> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace kaido::sim
