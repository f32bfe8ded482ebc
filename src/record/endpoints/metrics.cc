// What the recorder counts about itself: GET /metrics.
#include "record/endpoint.h"

namespace inquest::record {
namespace {

void add(Routes& routes, const Surroundings& surroundings) {
  routes.add("GET", "/metrics", [&counters = surroundings.all_counters](const HttpRequest&, const Respond& respond) {
    HttpResponse response;
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = counters.text();
    respond(std::move(response));
  });
}

}  // namespace

extern const Endpoint metrics_endpoint;
const Endpoint metrics_endpoint = {
    .name = "metrics",
    .summary = "the recorder's own metrics, for Prometheus",
    .add = add,
};

}  // namespace inquest::record
