// What clients of InfluxDB 2 ask before they write: /api/v2/buckets, /api/v2/orgs, /api/v2/setup.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "base/text.h"
#include "record/endpoint.h"
#include "store/bucket_name.h"

namespace inquest::record {
namespace {

constexpr std::string_view kOrganisation = "inquest";
constexpr size_t kIdLength = 16;  // hexadecimal digits
constexpr size_t kMostPage = 100;

using Json = nlohmann::ordered_json;

// Names are all that there is here; clients want an id, which is the same whenever they ask.
std::string id_of(std::string_view kind, std::string_view name) {
  return sha256_hex(fmt::format("{} {}", kind, name)).substr(0, kIdLength);
}

Json bucket_json(std::string_view name, Ns retain) {
  const std::string id = id_of("bucket", name);
  Json rules = Json::array();
  if (retain > 0) rules.push_back({{"type", "expire"}, {"everySeconds", retain / kSecond}});
  return {{"id", id},
          {"orgID", id_of("organisation", kOrganisation)},
          {"type", "user"},
          {"name", name},
          {"retentionRules", std::move(rules)},
          {"labels", Json::array()},
          {"links", {{"self", fmt::format("/api/v2/buckets/{}", id)}}}};
}

HttpResponse json_response(const Json& json, unsigned status = 200) {
  HttpResponse response{.status = status};
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

HttpResponse list_buckets(const HttpRequest& request, store::Store& store, Ns retain) {
  const auto buckets = store.buckets();
  if (!buckets) return http_error(request.path, 500, buckets.error().message);
  const std::string_view name = request.parameter("name");
  const std::string_view id = request.parameter("id");
  const auto limit = parse_int<size_t>(request.parameter("limit")).value_or(20);
  size_t offset = parse_int<size_t>(request.parameter("offset")).value_or(0);
  Json found = Json::array();
  for (const std::string& bucket : *buckets) {
    if (!name.empty() && bucket != name) continue;
    if (!id.empty() && id_of("bucket", bucket) != id) continue;
    if (offset > 0) {
      --offset;
      continue;
    }
    if (found.size() < std::min(limit, kMostPage)) found.push_back(bucket_json(bucket, retain));
  }
  if (!name.empty() && found.empty())
    return http_error(request.path, 404, fmt::format("bucket \"{}\" not found", name));
  return json_response({{"links", {{"self", "/api/v2/buckets"}}}, {"buckets", std::move(found)}});
}

HttpResponse show_bucket(const HttpRequest& request, store::Store& store, Ns retain) {
  const auto buckets = store.buckets();
  if (!buckets) return http_error(request.path, 500, buckets.error().message);
  const std::string_view id = std::string_view(request.path).substr(request.path.rfind('/') + 1);
  const auto found =
      std::ranges::find_if(*buckets, [&](const std::string& name) { return id_of("bucket", name) == id; });
  if (found == buckets->end()) return http_error(request.path, 404, "bucket not found");
  return json_response(bucket_json(*found, retain));
}

HttpResponse create_bucket(const HttpRequest& request, store::Store& store, Ns retain) {
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  const auto given = body.is_object() ? body.find("name") : body.end();
  if (!body.is_object() || given == body.end() || !given->is_string())
    return http_error(request.path, 400, "the body is no JSON object with a name");
  const auto name = store::bucket_of_name(given->get_ref<const std::string&>());
  if (!name) return http_error(request.path, 400, name.error().message);
  const auto buckets = store.buckets();
  if (!buckets) return http_error(request.path, 500, buckets.error().message);
  if (std::ranges::find(*buckets, *name) != buckets->end())
    return http_error(request.path, 422, fmt::format("bucket with name {} already exists", *name));
  if (const auto made = store.create_bucket(*name); !made) return http_error(request.path, 500, made.error().message);
  return json_response(bucket_json(*name, retain), 201);
}

void add(Routes& routes, const Surroundings& surroundings) {
  store::Store& store = surroundings.store;
  const Ns retain = surroundings.config.general().duration("retain");
  routes.add("GET", "/api/v2/buckets", [&store, retain](const HttpRequest& request, const Respond& respond) {
    respond(list_buckets(request, store, retain));
  });
  routes.add("GET", "/api/v2/buckets/", [&store, retain](const HttpRequest& request, const Respond& respond) {
    respond(show_bucket(request, store, retain));
  });
  routes.add("POST", "/api/v2/buckets", [&store, retain](const HttpRequest& request, const Respond& respond) {
    respond(create_bucket(request, store, retain));
  });
  // There are no organisations: whatever name a client was configured with is the one.
  routes.add("GET", "/api/v2/orgs", [](const HttpRequest& request, const Respond& respond) {
    const std::string_view asked = request.parameter("org");
    const Json one = {{"id", id_of("organisation", kOrganisation)}, {"name", asked.empty() ? kOrganisation : asked}};
    respond(json_response({{"links", {{"self", "/api/v2/orgs"}}}, {"orgs", Json::array({one})}}));
  });
  routes.add(
      "GET", "/api/v2/setup",
      [](const HttpRequest&, const Respond& respond) { respond(json_response({{"allowed", false}})); }, Access::Open);
}

}  // namespace

extern const Endpoint influx_buckets_endpoint;
const Endpoint influx_buckets_endpoint = {
    .name = "influx_buckets",
    .summary = "buckets, the one organisation, and that there is nothing to set up, for clients of InfluxDB 2",
    .add = add,
};

}  // namespace inquest::record
