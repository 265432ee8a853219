// The runner of admissions: what living sessions put in place, when it comes and when it goes.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/board.hpp"
#include "engine/log.hpp"
#include "engine/people.hpp"
#include "ports/clock.hpp"
#include "ports/notebook_file.hpp"

namespace kaido {

/// On the engine's strand. Owns Board::admissions. What is in place follows the store: it is read
/// at the start, after everything that may change it, and each minute. A session that opens is
/// admitted at once; one that runs out is withdrawn by its timer, whether the store can be read or
/// not.
class Sessions {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// These peers are to be written now; the rest of them stays.
    virtual void admitted(const std::vector<WireGuardPeer>& peers) = 0;
    virtual void withdrawn(const std::vector<WireGuardKey>& peers) = 0;
    /// The same of IKE connections: some come (as Board::admissions has them), some go.
    virtual void connections_changed(const session::IkeAdmissions& come,
                                     const session::IkeAdmissions& gone) = 0;
    /// Whom the firewall lets where is other.
    virtual void members_changed() = 0;
    /// For the first time it is known who lives: what else is in place goes.
    virtual void sessions_known() = 0;
  };

  Sessions(Clock& clock, NotebookFile& store, const Board& board, session::Admissions& admissions,
           People& people, Log& log, Listener& listener);

  /// Another configuration is in force.
  void configured();
  /// The store may say something else now.
  void look();
  /// A session was opened, and is on the disk.
  void opened(const Admitted& admitted);

 private:
  void read();
  void accept(session::Admissions wanted);
  void admit(const session::Admissions& opened, const session::Device& device);
  void arm();
  void withdraw_ended();

  Clock& clock_;
  NotebookFile& store_;
  const Board& board_;
  session::Admissions& admissions_;
  People& people_;
  Log& log_;
  Listener& listener_;
  std::unique_ptr<Clock::Timer> end_timer_;
  std::unique_ptr<Clock::Timer> look_timer_;
  bool reading_ = false;
  bool again_ = false;                       ///< something has changed since that read began
  std::vector<session::Admissions> opened_;  ///< since it began, each of one session
};

}  // namespace kaido
