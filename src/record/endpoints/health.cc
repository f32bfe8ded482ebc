// Whether somebody is there, in the words of InfluxDB 1 and 2: /ping, /health, /ready.
#include <fmt/format.h>

#include "base/time.h"
#include "generated/version.h"
#include "record/endpoint.h"
#include "record/influx_version.h"

namespace inquest::record {
namespace {

void add(Routes& routes, const Surroundings& surroundings) {
  const auto ping = [](const HttpRequest& request, const Respond& respond) {
    HttpResponse response{.status = 204};
    response.headers = {{"X-Influxdb-Build", "inquest"}, {"X-Inquest-Version", std::string(version)}};
    if (const std::string_view verbose = request.parameter("verbose"); !verbose.empty() && verbose != "false") {
      response.status = 200;
      response.body = fmt::format("{{\"version\":\"{}\"}}\n", kInfluxVersion);
    }
    respond(std::move(response));
  };
  routes.add("GET", "/ping", ping, Access::Open);
  routes.add("POST", "/ping", ping, Access::Open);

  const auto health = [](const HttpRequest&, const Respond& respond) {
    HttpResponse response;
    response.body = fmt::format(
        "{{\"name\":\"influxdb\",\"message\":\"ready for queries and writes\",\"status\":\"pass\",\"checks\":[],"
        "\"version\":\"{}\",\"commit\":\"\"}}\n",
        kInfluxVersion);
    respond(std::move(response));
  };
  routes.add("GET", "/health", health, Access::Open);

  const auto ready = [now = surroundings.now, began = surroundings.now()](const HttpRequest&, const Respond& respond) {
    HttpResponse response;
    response.body = fmt::format("{{\"status\":\"ready\",\"started\":\"{}\",\"up\":\"{}s\"}}\n",
                                format_utc({began, Precision::Second}), (now() - began) / kSecond);
    respond(std::move(response));
  };
  routes.add("GET", "/ready", ready, Access::Open);
}

}  // namespace

extern const Endpoint health_endpoint;
const Endpoint health_endpoint = {
    .name = "health",
    .summary = "/ping, /health and /ready, as clients of InfluxDB ask for them",
    .add = add,
};

}  // namespace inquest::record
