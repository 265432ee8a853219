#include "engine/ike_writer.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/desired/ike.hpp"
#include "engine/ike_change.hpp"

namespace kaido {

void IkeWriter::write(const Board& board) {
  const bool torn_down = board.tunnels.torn_down;
  if (board.tunnels.unguarded && !torn_down) return;
  auto desired = torn_down ? IkeDesired{} : desired_ike(board);
  const bool recheck = std::exchange(recheck_, false);
  if (!recheck && desired == given_) return;
  // The difference says all only where charon is known to hold what it was given last.
  const bool known = !recheck && under_way_ == 0 && refusal_.empty();
  const auto before = std::exchange(given_, desired);
  ++under_way_;
  auto done = [this](const Result<IkeControl::Names>& written) {
    on_written(written);
    if (--under_way_ > 0) return;
    for (auto& then : std::exchange(after_, {})) then();
  };
  if (known) return carry_out(ike_, difference(before, desired), std::move(done));
  ike_.reconcile(std::move(desired), std::move(done));
}

void IkeWriter::on_written(const Result<std::vector<std::string>>& written) {
  if (written) {
    if (!written->empty())
      log_.write(Message::ike_loaded, "charon", fmt::format("{} connections", written->size()));
    refusal_.clear();
    return conditions_.clear(std::string("charon"), Condition::charon_refused);
  }
  if (written.error().condition == Condition::charon_absent) return;
  if (refusal_ != written.error().detail)
    log_.write(Message::ike_refused, "charon", written.error().detail);
  refusal_ = written.error().detail;
  conditions_.raise("charon", written.error(), clock_.now());
}

void IkeWriter::after(std::move_only_function<void()> then) {
  if (under_way_ == 0) return then();
  after_.push_back(std::move(then));
}

void IkeWriter::remove(IkeControl::Done<std::vector<std::string>> done) {
  recheck_ = false;
  given_ = {};
  ike_.reconcile({}, std::move(done));
}

}  // namespace kaido
