#include "evidence/remote/influx1.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evidence/remote/measurements.h"

namespace inquest::evidence {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

class Influx1 : public RemoteSource {
 public:
  explicit Influx1(RemoteUrl url) : RemoteSource(std::move(url)) {}

  Result<std::vector<std::string>> hosts() override { return last_column("SHOW TAG VALUES WITH KEY = \"host\""); }

  std::vector<RemoteQuery> boots(const RemoteWindow& window) override {
    return {select("\"uptime\"", "system", window, {})};
  }

  Result<std::vector<RemoteQuery>> figures(const RemoteWindow& window) override {
    const auto measurements = last_column("SHOW MEASUREMENTS");
    if (!measurements) return fail(measurements.error());
    std::vector<RemoteQuery> out;
    for (const std::string& name : *measurements) {
      if (!matters(name)) continue;
      // Of the processors only their sum: a core's own figures are many, and tell little more.
      out.push_back(select("*", name, window, name == "cpu" ? " AND \"cpu\" = 'cpu-total'" : ""));
    }
    return out;
  }

 private:
  RemoteQuery select(std::string_view what, std::string_view measurement, const RemoteWindow& window,
                     std::string_view further) const {
    std::string from = influxql_name(measurement);
    if (!url().retention.empty()) from = influxql_name(url().retention) + "." + from;
    const std::string query =
        fmt::format("SELECT {} FROM {} WHERE \"host\" = {} AND time >= {} AND time <= {}{} GROUP BY *", what, from,
                    influxql_string(window.host), window.from, window.to, further);
    return {fmt::format("{}?q={}", shown(), query), request(query, "application/csv", "&epoch=ns&chunked=true")};
  }

  HttpRequest request(std::string_view query, std::string_view accept, std::string_view further) const {
    HttpRequest out;
    out.url = fmt::format("{}/query?db={}{}&q={}", url().base, url_encode(url().database), further, url_encode(query));
    out.headers = {fmt::format("Accept: {}", accept)};
    out.user = url().user;
    out.password = url().password;
    return out;
  }

  // The last column of every row of the answer, sorted, each once. Errors in a query come with status 200.
  Result<std::vector<std::string>> last_column(std::string_view query) const {
    const auto body = http_text(request(query, "application/json", ""));
    if (!body) return fail(body.error());
    const auto parsed = nlohmann::json::parse(*body, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("results") || !parsed["results"].is_array())
      return fail(ErrorCode::Malformed, "the answer is not InfluxDB's: is this the right address and port?");
    std::vector<std::string> out;
    for (const auto& result : parsed["results"]) {
      if (!result.is_object()) continue;
      if (result.contains("error") && result["error"].is_string())
        return fail(ErrorCode::NotFound, result["error"].get<std::string>());
      for (const auto& series : result.value("series", nlohmann::json::array())) {
        if (!series.is_object()) continue;
        for (const auto& row : series.value("values", nlohmann::json::array())) {
          if (row.is_array() && !row.empty() && row.back().is_string()) out.push_back(row.back().get<std::string>());
        }
      }
    }
    std::ranges::sort(out);
    const auto rest = std::ranges::unique(out);
    out.erase(rest.begin(), rest.end());
    return out;
  }
};

}  // namespace

std::string influxql_string(std::string_view text) { return quoted(text, '\''); }
std::string influxql_name(std::string_view text) { return quoted(text, '"'); }

std::unique_ptr<RemoteSource> make_influx1(RemoteUrl url) { return std::make_unique<Influx1>(std::move(url)); }

}  // namespace inquest::evidence
