// A hash table of fixed capacity that remembers who was heard last, in two ranks. Strangers cannot
// make it grow, cannot choose colliding keys (SipHash with a secret seed), and cannot push out what
// is known to be good. Entries have stable indexes. Memory is touched only as it is used; the
// table itself allocates nothing after construction.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace kaido::reflector {

using Seed = std::array<std::uint64_t, 2>;

/// SipHash-1-3 (Aumasson and Bernstein) over words in little-endian order.
[[nodiscard]] inline std::uint64_t siphash(const Seed& seed, std::span<const std::uint64_t> words) {
  std::array<std::uint64_t, 4> v{seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d,
                                 seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573};
  const auto rounds = [&v](int count) {
    for (int i = 0; i < count; ++i) {
      v[0] += v[1];
      v[2] += v[3];
      v[1] = std::rotl(v[1], 13) ^ v[0];
      v[3] = std::rotl(v[3], 16) ^ v[2];
      v[0] = std::rotl(v[0], 32);
      v[2] += v[1];
      v[0] += v[3];
      v[1] = std::rotl(v[1], 17) ^ v[2];
      v[3] = std::rotl(v[3], 21) ^ v[0];
      v[2] = std::rotl(v[2], 32);
    }
  };
  const auto mix = [&](std::uint64_t word) {
    v[3] ^= word;
    rounds(1);
    v[0] ^= word;
  };
  for (const auto word : words) mix(word);
  mix(std::uint64_t{words.size() * 8} << 56);
  v[2] ^= 0xff;
  rounds(3);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

enum class Rank : std::uint8_t { stranger, known };

template <std::size_t Words, typename Value>
class BoundedTable {
 public:
  using Key = std::array<std::uint64_t, Words>;
  using Index = std::uint32_t;
  static constexpr Index kNone = ~Index{0};

  BoundedTable(std::size_t capacity, const Seed& seed)
      : capacity_(capacity), seed_(seed), buckets_(std::bit_ceil(capacity), kNone) {
    entries_.reserve(capacity);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }
  [[nodiscard]] Value& operator[](Index index) { return entries_[index].value; }
  [[nodiscard]] const Value& operator[](Index index) const { return entries_[index].value; }
  [[nodiscard]] const Key& key(Index index) const { return entries_[index].key; }

  [[nodiscard]] Index find(const Key& key) const {
    auto index = buckets_[bucket(key)];
    while (index != kNone && entries_[index].key != key) index = entries_[index].chain;
    return index;
  }
  /// What find() gave for this key some time ago is still right.
  [[nodiscard]] bool holds(Index index, const Key& key) const {
    return index != kNone && entries_[index].live && entries_[index].key == key;
  }
  /// Neither full nor has the key already.
  Index insert(const Key& key, Rank rank) {
    auto index = free_;
    if (index == kNone) {
      index = static_cast<Index>(entries_.size());
      entries_.emplace_back();
    } else {
      free_ = entries_[index].chain;
    }
    auto& entry = entries_[index];
    entry.key = key;
    entry.live = true;
    entry.chain = std::exchange(buckets_[bucket(key)], index);
    link(index, rank);
    ++size_;
    return index;
  }
  void erase(Index index) {
    auto& entry = entries_[index];
    auto* from = &buckets_[bucket(entry.key)];
    while (*from != index) from = &entries_[*from].chain;
    *from = entry.chain;
    unlink(index);
    entry.live = false;
    entry.value = Value{};
    entry.chain = std::exchange(free_, index);
    --size_;
  }
  /// It has been heard now.
  void touch(Index index, Rank rank) {
    if (newest_[list(rank)] == index) return;
    unlink(index);
    link(index, rank);
  }
  /// The one of this rank that has not been heard for longest; kNone: there is none.
  [[nodiscard]] Index oldest(Rank rank) const { return oldest_[list(rank)]; }

  /// `visit(index)` for all; it must not insert or erase.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (auto index : newest_) {
      for (; index != kNone; index = entries_[index].older) visit(index);
    }
  }

 private:
  struct Entry {
    Key key{};
    Index chain = kNone;  // of the bucket, or of the free ones
    Index older = kNone;
    Index newer = kNone;
    Rank rank = Rank::stranger;
    bool live = false;
    Value value;
  };

  static std::size_t list(Rank rank) { return static_cast<std::size_t>(rank); }
  [[nodiscard]] std::size_t bucket(const Key& key) const {
    return siphash(seed_, key) & (buckets_.size() - 1);
  }
  void link(Index index, Rank rank) {
    auto& entry = entries_[index];
    entry.rank = rank;
    entry.newer = kNone;
    entry.older = std::exchange(newest_[list(rank)], index);
    if (entry.older == kNone) {
      oldest_[list(rank)] = index;
    } else {
      entries_[entry.older].newer = index;
    }
  }
  void unlink(Index index) {
    const auto& entry = entries_[index];
    (entry.newer == kNone ? newest_[list(entry.rank)] : entries_[entry.newer].older) = entry.older;
    (entry.older == kNone ? oldest_[list(entry.rank)] : entries_[entry.older].newer) = entry.newer;
  }

  std::size_t capacity_;
  std::size_t size_ = 0;
  Seed seed_;
  std::vector<Index> buckets_;
  std::vector<Entry> entries_;
  Index free_ = kNone;
  std::array<Index, 2> newest_{kNone, kNone};
  std::array<Index, 2> oldest_{kNone, kNone};
};

}  // namespace kaido::reflector
