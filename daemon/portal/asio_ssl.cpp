// The one place that compiles Asio's part for TLS (see cmake/asio.cpp).
#include <boost/asio/ssl/impl/src.hpp>
