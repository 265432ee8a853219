#include "engine/conditions.hpp"

namespace kaido {

void Conditions::raise(const std::string& subject, Error error, Instant now) {
  const auto [at, added] =
      entries_.try_emplace(Key(subject, error.condition), Entry{.error = error, .since = now});
  at->second.error = std::move(error);
  if (added && on_change) on_change({at->second.error, subject, 0}, true);
}

void Conditions::erase(std::map<Key, Entry>::iterator at) {
  const ConditionReport report{at->second.error, at->first.first, 0};
  entries_.erase(at);
  if (on_change) on_change(report, false);
}

void Conditions::clear(const std::string& subject, Condition condition) {
  const auto at = entries_.find(Key(subject, condition));
  if (at != entries_.end()) erase(at);
}

void Conditions::clear_others(const std::string& subject, Condition keep) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto next = std::next(at);
    if (at->first.first == subject && at->first.second != keep) erase(at);
    at = next;
  }
}

void Conditions::clear_all(const std::string& subject) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto next = std::next(at);
    if (at->first.first == subject) erase(at);
    at = next;
  }
}

void Conditions::hold_only(const std::string& prefix, std::map<std::string, Error> wanted,
                           Instant now) {
  for (auto at = entries_.lower_bound(Key(prefix, Condition{}));
       at != entries_.end() && at->first.first.starts_with(prefix);) {
    const auto next = std::next(at);
    const auto still = wanted.find(at->first.first);
    if (still == wanted.end() || still->second.condition != at->first.second) erase(at);
    at = next;
  }
  for (auto& [subject, error] : wanted) raise(subject, std::move(error), now);
}

std::optional<Error> Conditions::find(const std::string& subject) const {
  const auto at = entries_.lower_bound(Key(subject, Condition{}));
  if (at == entries_.end() || at->first.first != subject) return std::nullopt;
  return at->second.error;
}

std::vector<ConditionReport> Conditions::report(Instant now) const {
  std::vector<ConditionReport> result;
  result.reserve(entries_.size());
  for (const auto& [key, entry] : entries_)
    result.push_back({entry.error, key.first,
                      std::chrono::duration_cast<std::chrono::seconds>(now - entry.since).count()});
  return result;
}

}  // namespace kaido
