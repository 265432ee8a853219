// Notices that an admin's tool has run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>

namespace kaido::vici {

/// Tells each time a run of the program at `path` has ended, by inotify: a program's file is closed
/// when its process is gone. Costs nothing while nobody runs it. Says nothing where the program or
/// inotify is missing. Owns the descriptor; on the thread of `io`; calls nobody after stop().
class ToolWatch : public std::enable_shared_from_this<ToolWatch> {
 public:
  ToolWatch(boost::asio::io_context& io, std::string path, std::move_only_function<void()> on_run);

  /// Begins, or begins anew where the program was not there yet.
  void watch();
  void stop();

 private:
  void wait();
  [[nodiscard]] bool read();

  boost::asio::posix::stream_descriptor events_;
  std::string path_;
  std::move_only_function<void()> on_run_;
  bool stopped_ = false;
};

}  // namespace kaido::vici
