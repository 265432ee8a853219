// Blocking work off the engine's strand.
#pragma once

#include <exception>
#include <functional>

namespace kaido {

/// Databases, the generation of keys, signatures, hashes of passwords, reads of a large hub's
/// kernel: what takes longer than the engine may stand still. Called on the engine's strand;
/// destroyed there as well.
class Workers {
 public:
  /// On another thread, at the same time as other work: of what the strand touches it uses only
  /// calls of ports that say so.
  using Work = std::move_only_function<void()>;
  /// On the strand, never from inside a call of this port. `thrown`: what the work threw, or null.
  /// The daemon lives on, and the submitter makes an Error of it.
  using Done = std::move_only_function<void(std::exception_ptr thrown)>;

  Workers() = default;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// Waits for the work that runs, drops what has not begun, and calls no `done` any more.
  virtual ~Workers() = default;

  /// Work begins in the order of these calls. `done` comes in this order, too, so that one
  /// submitter never sees its second answer before its first: a short work waits for the end of a
  /// longer one that began before it.
  virtual void run(Work work, Done done) = 0;
};

}  // namespace kaido
