// One connection of the HTTP server: reads requests, asks handlers, writes responses.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "record/connection_table.h"
#include "record/counters.h"
#include "record/http_date.h"
#include "record/http_server.h"
#include "record/memory_budget.h"
#include "record/rate_limit.h"

namespace inquest::record {

// What the connections of a server share.
struct HttpShared {
  HttpShared(HttpSetup with, ListenerCounters& counted, std::function<Ns()> utc);

  HttpSetup setup;
  ListenerCounters& counters;
  ConnectionTable connections;
  MemoryBudget memory;
  RateLimit rate;
  HttpDate date;
  bool stopping = false;
};

// Runs until the connection ends. `tls` is null for a plain one.
boost::asio::awaitable<void> serve_connection(std::shared_ptr<HttpShared> shared, boost::asio::ip::tcp::socket socket,
                                              IpAddress peer, std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace inquest::record
