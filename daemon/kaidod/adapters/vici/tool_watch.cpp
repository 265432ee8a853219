#include "adapters/vici/tool_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

namespace kaido::vici {

ToolWatch::ToolWatch(boost::asio::io_context& io, std::string path,
                     std::move_only_function<void()> on_run)
    : events_(io), path_(std::move(path)), on_run_(std::move(on_run)) {}

void ToolWatch::watch() {
  if (stopped_) return;
  if (!events_.is_open()) {
    const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return;
    events_.assign(descriptor);
    wait();
  }
  // For a file that is watched already this changes nothing.
  inotify_add_watch(events_.native_handle(), path_.c_str(), IN_CLOSE_NOWRITE);
}

void ToolWatch::stop() {
  stopped_ = true;
  events_.close();
}

void ToolWatch::wait() {
  events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                       if (error || self->stopped_) return;
                       if (self->read()) self->on_run_();
                       if (!self->stopped_) self->wait();
                     });
}

/// True when it has run, however often.
bool ToolWatch::read() {
  bool run = false;
  bool replaced = false;
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto length = ::read(events_.native_handle(), bytes.data(), bytes.size());
    if (length <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(length);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof(event));
      // An overflow is another word for many.
      run |= (event.mask & (IN_CLOSE_NOWRITE | IN_Q_OVERFLOW)) != 0;
      replaced |= (event.mask & IN_IGNORED) != 0;
      at += sizeof(event) + event.len;
    }
  }
  if (replaced) watch();  // by an upgrade: another file has the name now
  return run;
}

}  // namespace kaido::vici
