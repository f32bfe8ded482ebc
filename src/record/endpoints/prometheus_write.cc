// Prometheus remote write: POST /api/v1/write.
#include <utility>

#include "record/endpoint.h"
#include "record/remote_write.h"
#include "store/bucket_name.h"
#include "store/line_protocol.h"

namespace inquest::record {
namespace {

constexpr std::string_view kBucket = "prometheus";  // where the URL names none: /api/v1/write?bucket=

void write(const Surroundings& surroundings, uint64_t most_inflated, HttpRequest request, const Respond& respond) {
  std::string_view name = request.parameter("bucket");
  if (name.empty()) name = request.parameter("db");
  const auto bucket = store::bucket_of_name(name.empty() ? kBucket : name);
  if (!bucket) return respond(http_error(request.path, 400, bucket.error().message));
  auto decoded = decode_remote_write(request.body, most_inflated);
  if (!decoded) {
    surroundings.counters.malformed.add();
    // Prometheus drops what is answered with 400, and would send it for ever otherwise.
    return respond(
        http_error(request.path, decoded.error().code == ErrorCode::Limit ? 413 : 400, decoded.error().message));
  }
  store::CheckedLines checked =
      surroundings.store.check(*bucket, std::move(decoded->lines), store::TimeUnit::Nano, surroundings.now());
  if (!checked.complete()) surroundings.counters.malformed.add(checked.bad_rows + checked.dropped);
  if (checked.rows == 0) {
    if (checked.complete()) return respond({.status = 204});
    return respond(http_error(request.path, 400, checked.message()));
  }
  // What is good of a message is stored, and the rest counted: a client could do nothing about it.
  Counter& not_stored = surroundings.counters.not_stored;
  auto done = [respond, path = request.path, &not_stored](const Result<void>& stored) {
    if (stored) return respond({.status = 204});
    not_stored.add();
    const bool full = stored.error().code == ErrorCode::Limit;
    HttpResponse response = http_error(path, full ? 503 : 500, stored.error().message);
    if (full) response.headers.emplace_back("Retry-After", "10");
    respond(std::move(response));
  };
  surroundings.sink.lines({request.peer.text(), false}, *bucket, std::move(checked.lines), std::move(done));
}

void add(Routes& routes, const Surroundings& surroundings) {
  const uint64_t most = surroundings.settings.size("max-body");
  routes.add("POST", "/api/v1/write", [surroundings, most](HttpRequest request, const Respond& respond) {
    write(surroundings, most, std::move(request), respond);
  });
}

}  // namespace

extern const Endpoint prometheus_write_endpoint;
const Endpoint prometheus_write_endpoint = {
    .name = "prometheus_write",
    .summary = "remote write of Prometheus and vmagent",
    .add = add,
};

}  // namespace inquest::record
