// Writes dictionaries into a D-Bus message value by value.
#pragma once

#include <sdbus-c++/Message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/write.hpp"
#include "api/write_people.hpp"

namespace kaido::api {

template <typename Items>
void write_list(sdbus::Message& message, const Items& items) {
  message.openContainer("a{sv}");
  for (const auto& item : items) write(message, item);
  message.closeContainer();
}

/// A dictionary that is open for as long as this lives.
class Dictionary {
 public:
  explicit Dictionary(sdbus::Message& message) : message_(message) {
    message_.openContainer("{sv}");
  }
  ~Dictionary() { message_.closeContainer(); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  void operator()(const char* key, const std::string& value) { put(key, "s", value); }
  void operator()(const char* key, bool value) { put(key, "b", value); }
  void operator()(const char* key, double value) { put(key, "d", value); }
  void operator()(const char* key, std::uint8_t value) { put(key, "y", value); }
  void operator()(const char* key, std::uint32_t value) { put(key, "u", value); }
  void operator()(const char* key, std::int64_t value) { put(key, "x", value); }
  void operator()(const char* key, std::uint64_t value) { put(key, "t", value); }
  void operator()(const char* key, const std::vector<std::string>& value) { put(key, "as", value); }
  void operator()(const char* key, const std::vector<std::int32_t>& value) {
    put(key, "ai", value);
  }
  void operator()(const char* key, const std::optional<Error>& reason) {
    put(key, "s", reason ? std::string(info(reason->condition).code) : std::string());
    put("reason_detail", "s", reason ? reason->detail : std::string());
  }
  void operator()(const char* key, const Error& error) {
    const auto& entry = info(error.condition);
    put(key, "s", std::string(entry.code));
    put("severity", "s", std::string(to_string(error.severity())));
    put("cause", "s", std::string(entry.cause));
    put("remedy", "s", std::string(entry.remedy));
    put("detail", "s", error.detail);
  }
  void operator()(const char* key, const std::vector<ConditionReport>& conditions) {
    open(key, "aa{sv}");
    write_list(message_, conditions);
    close();
  }

 private:
  void open(const char* key, const char* signature) {
    message_.openDictEntry("sv");
    message_ << key;
    message_.openVariant(signature);
  }
  void close() {
    message_.closeVariant();
    message_.closeDictEntry();
  }
  template <typename T>
  void put(const char* key, const char* signature, const T& value) {
    open(key, signature);
    message_ << value;
    close();
  }

  sdbus::Message& message_;
};

}  // namespace kaido::api
