// InfluxQL that is about databases: /query. What reads telemetry is answered by who registers the path before.
#include "record/database_statement.h"
#include "record/endpoint.h"

namespace inquest::record {
namespace {

void add(Routes& routes, const Surroundings& surroundings) {
  const auto query = [&store = surroundings.store](const HttpRequest& request, const Respond& respond) {
    if (auto response = database_statements(request, store)) return respond(std::move(*response));
    const bool none = influxql_of(request).empty();
    respond(
        http_error(request.path, 400,
                   none ? "missing required parameter \"q\"" : "error parsing query: this statement is not supported"));
  };
  routes.add("GET", "/query", query);
  routes.add("POST", "/query", query);
}

}  // namespace

extern const Endpoint influx_query_endpoint;
const Endpoint influx_query_endpoint = {
    .name = "influx_query",
    .summary = "CREATE DATABASE and SHOW DATABASES, as clients of InfluxDB 1 send them",
    .add = add,
};

}  // namespace inquest::record
