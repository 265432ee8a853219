#include "engine/ike_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
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
  // Of what was kept nobody here knows the names.
  if (known && before.kept_prefix == desired.kept_prefix)
    return carry_out(ike_, difference(before, desired), on_answer());
  ike_.reconcile(std::move(desired), on_answer());
}

void IkeWriter::change(const Board& board, std::vector<IkeConnection> come,
                       std::vector<std::string> gone) {
  if (board.tunnels.torn_down || !board.tunnels.charon_up) return;
  if (board.tunnels.unguarded) come.clear();  // nobody comes in; who goes, goes
  auto& given = given_.connections;
  const auto place = [&](const std::string& name) {
    return std::ranges::lower_bound(given, name, {}, &IkeConnection::name);
  };
  for (const auto& connection : come) {
    const auto at = place(connection.name);
    if (at != given.end() && at->name == connection.name)
      *at = connection;
    else
      given.insert(at, connection);
  }
  for (const auto& name : gone)
    if (const auto at = place(name); at != given.end() && at->name == name) given.erase(at);
  std::ranges::sort(come, {}, &IkeConnection::name);
  carry_out(ike_, {.credentials = {}, .load = std::move(come), .unload = std::move(gone)},
            on_answer());
}

IkeControl::Done<IkeControl::Names> IkeWriter::on_answer() {
  ++under_way_;
  return [this](const Result<IkeControl::Names>& written) {
    on_written(written);
    if (--under_way_ > 0) return;
    for (auto& then : std::exchange(after_, {})) then();
  };
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
