// Line protocol as InfluxDB 1 and 2 take it: POST /write and POST /api/v2/write.
#include <utility>

#include <fmt/format.h>

#include "record/endpoint.h"
#include "store/bucket_name.h"
#include "store/line_protocol.h"

namespace inquest::record {
namespace {

struct WordsOf {
  std::string_view no_bucket;
  std::string_view bad_precision;
};
constexpr WordsOf kVersion1 = {"database is required", "invalid precision \"{}\" (use n, u, ms, s, m or h)"};
constexpr WordsOf kVersion2 = {"bucket is required",
                               "invalid precision \"{}\"; valid precision units are ns, us, ms, and s"};

// What is answered once the store has, or has not, the good lines of a batch.
HttpResponse outcome(std::string_view path, const Result<void>& stored, const std::string& complaint) {
  if (!stored) {
    const bool full = stored.error().code == ErrorCode::Limit;
    HttpResponse response = http_error(path, full ? 503 : 500, stored.error().message);
    if (full) response.headers.emplace_back("Retry-After", "10");
    return response;
  }
  if (complaint.empty()) return {.status = 204};
  // InfluxDB 2 tells what it understood and did not take from what it did not understand.
  if (path.starts_with("/api/v2/") && complaint.starts_with("partial write: field type conflict")) {
    return http_error(path, 422, "failure writing points to database: " + complaint);
  }
  return http_error(path, 400, complaint);
}

void write(const Surroundings& surroundings, const WordsOf& words, const Result<std::string>& bucket,
           HttpRequest request, const Respond& respond) {
  if (!bucket) return respond(http_error(request.path, 400, bucket.error().message));
  const std::string_view precision = request.parameter("precision");
  const auto unit = store::time_unit(precision);
  if (!unit) return respond(http_error(request.path, 400, fmt::format(fmt::runtime(words.bad_precision), precision)));
  store::CheckedLines checked = surroundings.store.check(*bucket, std::move(request.body), *unit, surroundings.now());
  if (!checked.complete()) surroundings.counters.malformed.add(checked.bad_rows + checked.dropped);
  std::string complaint = checked.complete() ? std::string() : checked.message();
  if (checked.rows == 0) return respond(outcome(request.path, {}, complaint));
  Counter& not_stored = surroundings.counters.not_stored;
  auto done = [respond, path = request.path, complaint = std::move(complaint),
               &not_stored](const Result<void>& stored) {
    if (!stored) not_stored.add();
    respond(outcome(path, stored, complaint));
  };
  surroundings.sink.lines({request.peer.text(), false}, *bucket, std::move(checked.lines), std::move(done));
}

void add(Routes& routes, const Surroundings& surroundings) {
  routes.add("POST", "/write", [surroundings](HttpRequest request, const Respond& respond) {
    const auto bucket = store::bucket_of_database(request.parameter("db"), request.parameter("rp"));
    write(surroundings, kVersion1, bucket, std::move(request), respond);
  });
  routes.add("POST", "/api/v2/write", [surroundings](HttpRequest request, const Respond& respond) {
    const std::string_view name = request.parameter("bucket");
    const auto bucket = name.empty() ? Result<std::string>(fail(ErrorCode::Malformed, std::string(kVersion2.no_bucket)))
                                     : store::bucket_of_name(name);
    write(surroundings, kVersion2, bucket, std::move(request), respond);
  });
}

}  // namespace

extern const Endpoint influx_write_endpoint;
const Endpoint influx_write_endpoint = {
    .name = "influx_write",
    .summary = "line protocol as InfluxDB 1 (/write) and 2 (/api/v2/write) take it",
    .add = add,
};

}  // namespace inquest::record
