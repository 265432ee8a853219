// The bus behind a Client: how a method is called, for client.cpp and client_people.cpp.
#pragma once

#include <sdbus-c++/Error.h>
#include <sdbus-c++/IConnection.h>
#include <sdbus-c++/IProxy.h>
#include <sdbus-c++/Message.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client.hpp"
#include "decode.hpp"
#include "kaido/dbus/names.hpp"

namespace kaido::cli {

inline constexpr std::chrono::seconds reading_timeout{25};
inline constexpr std::chrono::seconds changing_timeout{150};

[[nodiscard]] Failure to_failure(const sdbus::Error& error);

struct Client::Bus {
  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IProxy> gateway;
  std::unique_ptr<sdbus::IProxy> bus;

  /// Calls a method: `put` writes its arguments, `get` reads its answer.
  template <typename Put, typename Get>
  auto call(const char* method, std::chrono::seconds timeout, Put put, Get get)
      -> Outcome<decltype(get(std::declval<sdbus::Message&>()))> {
    try {
      auto message = gateway->createMethodCall(dbus::interface, method);
      put(message);
      auto reply = gateway->callMethod(message, timeout);
      return get(reply);
    } catch (const sdbus::Error& error) {
      return std::unexpected(to_failure(error));
    }
  }

  Outcome<json::array> list(const char* method) {
    return list(method, reading_timeout, [](sdbus::Message&) {});
  }
  template <typename Put>
  Outcome<json::array> list(const char* method, std::chrono::seconds timeout, Put put) {
    return call(method, timeout, put,
                [](sdbus::Message& reply) { return read_value(reply).as_array(); });
  }

  template <typename Put>
  Outcome<std::vector<std::string>> lines(const char* method, Put put) {
    return call(method, changing_timeout, put, [](sdbus::Message& reply) {
      std::vector<std::string> lines;
      reply >> lines;
      return lines;
    });
  }

  /// A method that changes something and answers with one value.
  template <typename T, typename Put>
  Outcome<T> change(const char* method, Put put) {
    return call(method, changing_timeout, put, [](sdbus::Message& reply) {
      T value{};
      reply >> value;
      return value;
    });
  }
};

}  // namespace kaido::cli
