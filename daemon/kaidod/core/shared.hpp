// A value that many hold and nobody changes.
#pragma once

#include <memory>
#include <utility>

namespace kaido {

/// Copies hold one and the same T. Two are equal when what they hold is equal, which costs nothing
/// where they hold the same. Never empty.
template <typename T>
class Shared {
 public:
  Shared() : value_(none()) {}
  explicit Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  [[nodiscard]] const T& operator*() const { return *value_; }
  [[nodiscard]] const T* operator->() const { return value_.get(); }
  [[nodiscard]] bool is_same(const Shared& other) const { return value_ == other.value_; }
  friend bool operator==(const Shared& a, const Shared& b) {
    return a.is_same(b) || *a.value_ == *b.value_;
  }

 private:
  static const std::shared_ptr<const T>& none() {
    static const auto value = std::make_shared<const T>();
    return value;
  }

  std::shared_ptr<const T> value_;
};

}  // namespace kaido
