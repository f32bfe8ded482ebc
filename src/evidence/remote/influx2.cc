#include "evidence/remote/influx2.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "evidence/remote/measurements.h"

namespace inquest::evidence {
namespace {

std::string rfc3339(Ns ns) { return format_utc({ns, Precision::Nano}); }

class Influx2 : public RemoteSource {
 public:
  explicit Influx2(RemoteUrl url) : RemoteSource(std::move(url)) {
    token_ = this->url().token;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
    if (const char* given = std::getenv("INFLUX_TOKEN"); token_.empty() && given != nullptr) token_ = given;
  }

  Result<std::vector<std::string>> hosts() override {
    return values(
        fmt::format("import \"influxdata/influxdb/schema\"\n"
                    "schema.tagValues(bucket: {}, tag: \"host\", start: 0)",
                    flux_string(url().database)));
  }

  std::vector<RemoteQuery> boots(const RemoteWindow& window) override {
    return {query(window, "r._measurement == \"system\" and r._field == \"uptime\"")};
  }

  Result<std::vector<RemoteQuery>> figures(const RemoteWindow& window) override {
    const auto measurements =
        values(fmt::format("import \"influxdata/influxdb/schema\"\n"
                           "schema.measurements(bucket: {}, start: 0)",
                           flux_string(url().database)));
    if (!measurements) return fail(measurements.error());
    std::vector<RemoteQuery> out;
    for (const std::string& name : *measurements) {
      if (!matters(name)) continue;
      // Of the processors only their sum: a core's own figures are many, and tell little more.
      const std::string_view further = name == "cpu" ? " and r.cpu == \"cpu-total\"" : "";
      out.push_back(query(window, fmt::format("r._measurement == {}{}", flux_string(name), further)));
    }
    return out;
  }

 private:
  RemoteQuery query(const RemoteWindow& window, std::string_view filter) const {
    // Flux leaves the end of a range out.
    const std::string flux = fmt::format(
        "from(bucket: {}) |> range(start: {}, stop: {}) |> filter(fn: (r) => r.host == {} and {})",
        flux_string(url().database), rfc3339(window.from), rfc3339(window.to + 1), flux_string(window.host), filter);
    return {fmt::format("{}?flux={}", shown(), flux), request(flux)};
  }

  HttpRequest request(const std::string& flux) const {
    HttpRequest out;
    out.url = fmt::format("{}/api/v2/query?org={}", url().base, url_encode(url().org));
    out.headers = {"Accept: application/csv", "Content-Type: application/json"};
    if (!token_.empty()) out.headers.push_back("Authorization: Token " + token_);
    const nlohmann::json body = {{"query", flux},
                                 {"type", "flux"},
                                 {"dialect", {{"header", true}, {"annotations", {"datatype", "group", "default"}}}}};
    out.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return out;
  }

  // The column "_value" of a table of names: lines of ",result,table,_value".
  Result<std::vector<std::string>> values(const std::string& flux) const {
    const auto body = http_text(request(flux));
    if (!body) return fail(body.error());
    std::vector<std::string> out;
    size_t column = 0;
    for (const std::string_view line : lines(*body)) {
      if (line.empty() || line.starts_with('#')) continue;
      const auto cells = split(line, ',');
      const auto named = std::ranges::find(cells, "_value");
      if (named != cells.end()) {
        column = static_cast<size_t>(named - cells.begin());
      } else if (column != 0 && column < cells.size()) {
        out.emplace_back(cells[column]);
      } else {
        return fail(ErrorCode::Malformed, "the answer is not InfluxDB 2's: is this the right address and port?");
      }
    }
    std::ranges::sort(out);
    return out;
  }

  std::string token_;
};

}  // namespace

std::string flux_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
      case '$': out += '\\'; break;  // "${" begins an expression
      case '\n': out += "\\n"; continue;
      default: break;
    }
    out += c;
  }
  return out + '"';
}

std::unique_ptr<RemoteSource> make_influx2(RemoteUrl url) { return std::make_unique<Influx2>(std::move(url)); }

}  // namespace inquest::evidence
