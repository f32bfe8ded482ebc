// /api/v2/query and /query: what the recorder keeps, asked in Flux or InfluxQL over HTTP as InfluxDB's clients do.
#pragma once

#include <functional>
#include <memory>

#include "base/time.h"
#include "query/context.h"
#include "record/http.h"

namespace inquest::store {
class Store;
}

namespace inquest::app {

struct QuerySettings {
  query::Limits limits;                   // of each query
  unsigned threads = 2;                   // queries that run at once
  size_t waiting = 64;                    // further ones that may wait; beyond, clients are told to come again (429)
  uint64_t answer = uint64_t{256} << 20;  // bytes of one answer
  std::function<Ns()> now;                // UTC
};

// Runs queries on threads of its own, so that receiving goes on. Ends the queries that run when it goes; it must
// outlive the server that its routes are added to, and the store must outlive it.
class QueryRoutes {
 public:
  QueryRoutes(store::Store& store, QuerySettings settings);
  ~QueryRoutes();
  QueryRoutes(const QueryRoutes&) = delete;
  QueryRoutes& operator=(const QueryRoutes&) = delete;

  void add_to(record::Routes& routes);

 private:
  class Workers;
  std::shared_ptr<Workers> workers_;
};

}  // namespace inquest::app
