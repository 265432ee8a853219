#include "engine/ike_change.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace kaido {
namespace {

using Names = IkeControl::Names;

/// The answers to one change; kept by the orders that are still to answer.
class Answers {
 public:
  explicit Answers(IkeControl::Done<Names> done) : done_(std::move(done)) {}

  void add(Result<Names> answer, bool is_last) {
    if (!answer && !refusal_) refusal_ = std::move(answer.error());
    if (answer) names_.insert(names_.end(), answer->begin(), answer->end());
    if (!is_last) return;
    if (refusal_) return done_(std::unexpected(std::move(*refusal_)));
    done_(std::move(names_));
  }

 private:
  IkeControl::Done<Names> done_;
  Names names_;
  std::optional<Error> refusal_;
};

}  // namespace

void carry_out(IkeControl& ike, IkeDifference difference, IkeControl::Done<Names> done) {
  const auto answers = std::make_shared<Answers>(std::move(done));
  const bool unloads = !difference.unload.empty();
  if (difference.credentials)
    ike.set_credentials(std::move(*difference.credentials), [answers](const Result<void>& set) {
      answers->add(set ? Result<Names>() : std::unexpected(set.error()), false);
    });
  // Also of no connection: a key that was replaced goes with it.
  ike.load(std::move(difference.load),
           [answers, unloads](Result<Names> loaded) { answers->add(std::move(loaded), !unloads); });
  if (unloads)
    ike.unload(std::move(difference.unload),
               [answers](Result<Names> unloaded) { answers->add(std::move(unloaded), true); });
}

}  // namespace kaido
