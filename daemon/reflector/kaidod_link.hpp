// The reflector's end of the socket to kaidod (kaido/reflector_link.hpp).
//
// Owns the listening socket and one connection; the newest connection wins. One thread; never
// blocks: when kaidod does not read, the words wait in Sessions, the latest of each site. Only root
// and the user that the reflector runs as are let in.
#pragma once

#include <functional>

#include "kaido/descriptor.hpp"
#include "reflector/sessions.hpp"

namespace kaido::reflector {

class KaidodLink {
 public:
  /// `watch(fd, write)`: this connection is to be watched for reading, and for writing if `write`;
  /// a closed one is forgotten by itself.
  using Watch = std::function<void(int fd, bool fresh, bool write)>;
  KaidodLink(Descriptor listener, Sessions& sessions, Watch watch);

  [[nodiscard]] int listener() const { return listener_.get(); }
  /// Connections wait.
  void accept();
  /// The connection can be read, or has ended.
  void read(Instant now);
  /// Hands over what there is to tell, as far as kaidod takes it; cheap when there is nothing.
  void flush(Instant now);

 private:
  void close(const char* why);
  void wait_for_room(bool wait);

  Descriptor listener_;
  Sessions& sessions_;
  Watch watch_;
  Descriptor connection_;
  bool waiting_ = false;     // for room
  bool told_older_ = false;  // kaidod is of an older version, and the log has it
};

}  // namespace kaido::reflector
