// Lists SAs so that none that is up is left out.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/vici/events.hpp"
#include "wire/vici/connection.hpp"

namespace kaido::vici {

using Listed = std::move_only_function<void(Result<std::vector<IkeSa>>)>;

/// Asks for the SAs of Kaido's connections, without waiting for busy ones: those are left out.
void list_sas(Connection& connection, Listed done);

/// The same, but asks again, after 10 ms growing to 160 ms and 310 ms in all, while an SA that
/// events have reported as up is missing: charon leaves out one that it is just working on, and
/// its owner would take that for the end of a tunnel. One still missing then counts as gone.
/// Keeps itself alive; `reader` must live until `done` is called or the connection closed.
class Listing : public std::enable_shared_from_this<Listing> {
 public:
  Listing(boost::asio::io_context& io, std::shared_ptr<Connection> connection, EventReader& reader,
          Listed done);
  void run();

 private:
  void on_answer(Result<std::vector<IkeSa>> sas);
  static constexpr std::chrono::milliseconds kFirstDelay{10};
  static constexpr std::chrono::milliseconds kLastDelay{160};

  boost::asio::steady_timer timer_;
  std::shared_ptr<Connection> connection_;
  EventReader& reader_;
  Listed done_;
  std::chrono::milliseconds delay_ = kFirstDelay;
};

}  // namespace kaido::vici
