// The one place that compiles Asio.
#include <boost/asio/impl/src.hpp>
