#include "api/bus_link.hpp"

#include <poll.h>
#include <sdbus-c++/Error.h>
#include <sdbus-c++/IConnection.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace kaido::api {
namespace {

using boost::system::error_code;
using Descriptor = boost::asio::posix::stream_descriptor;

constexpr std::chrono::milliseconds first_retry{250};
constexpr std::chrono::milliseconds longest_retry{10'000};
constexpr std::chrono::seconds name_timeout{5};
/// Messages handled before others on the loop get their turn.
constexpr int batch = 64;
/// Signals (about 1 kB each) queued for a bus that does not read.
constexpr std::uint32_t most_unsent = 1000;

}  // namespace

BusLink::BusLink(boost::asio::io_context& io, std::string name, Events events)
    : io_(io),
      name_(std::move(name)),
      events_(std::move(events)),
      descriptor_(io),
      timeout_(io),
      retry_(io),
      back_off_(first_retry) {}

BusLink::~BusLink() { stop(); }

void BusLink::start() { connect(); }

void BusLink::stop() {
  stopped_ = true;
  ++generation_;
  timeout_.cancel();
  retry_.cancel();
  if (connecting_.joinable()) connecting_.join();
  if (descriptor_.is_open()) descriptor_.release();
  connection_.reset();
}

bool BusLink::accepts_signals() const { return connection_ && unsent_ < most_unsent; }

void BusLink::connect() {
  if (connecting_.joinable()) connecting_.join();
  connecting_ = std::thread([weak = weak_from_this(), &io = io_, name = name_,
                             work = boost::asio::make_work_guard(io_)] {
    std::unique_ptr<sdbus::IConnection> connection;
    std::string why;
    try {
      connection = sdbus::createSystemBusConnection();
      connection->setMethodCallTimeout(name_timeout);
      connection->requestName(name);
    } catch (const sdbus::Error& error) {
      connection.reset();
      why = error.getMessage();
    } catch (const std::exception& error) {
      connection.reset();
      why = error.what();
    }
    boost::asio::post(io, [weak, link = std::move(connection), reason = std::move(why)]() mutable {
      if (const auto self = weak.lock()) self->established(std::move(link), reason);
    });
  });
}

void BusLink::established(std::unique_ptr<sdbus::IConnection> connection, const std::string& why) {
  if (stopped_) return;
  connecting_.join();
  if (!connection) {
    events_.lost(why);
    retry();
    return;
  }
  connection_ = std::move(connection);
  ++generation_;
  reading_ = writing_ = posted_ = false;
  unsent_ = 0;
  try {
    descriptor_.assign(connection_->getEventLoopPollData().fd);
    events_.connected(*connection_);
  } catch (const std::exception& error) {
    drop(error.what());
    return;
  }
  back_off_ = first_retry;
  process();
}

void BusLink::process() {
  if (!connection_ || processing_) return;
  processing_ = true;
  std::string why;
  try {
    int left = batch;
    while (left > 0 && connection_->processPendingRequest()) --left;
  } catch (const sdbus::Error& error) {
    why = error.getMessage();
  }
  processing_ = false;
  if (!why.empty())
    drop(why);
  else
    wait();
}

void BusLink::sent() {
  if (!connection_ || processing_) return;
  wait();
  if (writing_) ++unsent_;
}

void BusLink::wait() {
  try {
    const auto events = connection_->getEventLoopPollData().events;
    if (events & POLLIN) wait_for(Descriptor::wait_read, reading_);
    if (events & POLLOUT) wait_for(Descriptor::wait_write, writing_);
    wait_until_timeout();
  } catch (const sdbus::Error&) {
    // The connection broke while sending: process() says why and drops it, outside of whatever
    // call has led here.
    if (std::exchange(posted_, true)) return;
    boost::asio::post(io_, [weak = weak_from_this(), generation = generation_] {
      const auto self = weak.lock();
      if (!self || self->generation_ != generation) return;
      self->posted_ = false;
      self->process();
    });
  }
}

void BusLink::wait_for(Descriptor::wait_type what, bool& waiting) {
  if (std::exchange(waiting, true)) return;
  descriptor_.async_wait(
      what, [weak = weak_from_this(), generation = generation_, &waiting, what](error_code error) {
        const auto self = weak.lock();
        if (!self || self->generation_ != generation || error) return;
        waiting = false;
        if (what == Descriptor::wait_write) self->unsent_ = 0;
        self->process();
      });
}

void BusLink::wait_until_timeout() {
  const auto left = connection_->getEventLoopPollData().getRelativeTimeout();
  if (!left) {
    timeout_.cancel();
    return;
  }
  timeout_.expires_after(*left);
  timeout_.async_wait([weak = weak_from_this(), generation = generation_](error_code error) {
    const auto self = weak.lock();
    if (self && self->generation_ == generation && !error) self->process();
  });
}

void BusLink::drop(const std::string& why) {
  ++generation_;
  timeout_.cancel();
  if (descriptor_.is_open()) descriptor_.release();
  events_.lost(why);
  connection_.reset();
  retry();
}

void BusLink::retry() {
  retry_.expires_after(back_off_);
  back_off_ = std::min(back_off_ * 2, longest_retry);
  retry_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error && !self->stopped_) self->connect();
  });
}

}  // namespace kaido::api
