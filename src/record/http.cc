#include "record/http.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hex_digit.h"

namespace inquest::record {
namespace {

constexpr size_t kMostParameters = 256;

// The codes of InfluxDB 2's API. Whatever else is the client's fault is "invalid".
struct Code {
  unsigned status;
  std::string_view name;
};
constexpr Code kCodes[] = {
    {401, "unauthorized"},         {404, "not found"},         {405, "method not allowed"}, {413, "request too large"},
    {422, "unprocessable entity"}, {429, "too many requests"}, {500, "internal error"},     {503, "unavailable"},
};

std::string_view value_of(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == pairs.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view HttpRequest::parameter(std::string_view name) const { return value_of(parameters, name); }
std::string_view HttpRequest::header(std::string_view name) const { return value_of(headers, name); }

void Routes::add(Route route) { routes_.push_back(std::move(route)); }

void Routes::add(std::string method, std::string path, Handler handle, Access access) {
  Route route{std::move(method), std::move(path), access};
  route.handle = std::move(handle);
  add(std::move(route));
}

void Routes::add_upload(std::string method, std::string path, OpenUpload open, Access access) {
  Route route{std::move(method), std::move(path), access};
  route.open_upload = std::move(open);
  add(std::move(route));
}

const Route* Routes::find(std::string_view method, std::string_view path, std::string& allowed) const {
  const Route* best = nullptr;
  const std::string_view asked = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    const bool exact = route.path == path;
    if (!exact && !(route.path.ends_with('/') && path.starts_with(route.path))) continue;
    if (route.method != "*" && route.method != asked) {
      if (allowed.find(route.method) == std::string::npos) allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    // No path is longer than the one that is asked for, so an exact one is the longest.
    if (best == nullptr || route.path.size() > best->path.size()) best = &route;
  }
  return best;
}

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      out += text[at] == '+' && plus_is_space ? ' ' : text[at];
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!query.empty() && out.size() < kMostParameters) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    out.emplace_back(percent_decoded(pair.substr(0, equals), true), percent_decoded(value, true));
  }
  return out;
}

HttpResponse http_error(std::string_view path, unsigned status, std::string_view message) {
  HttpResponse response{.status = status};
  if (path.starts_with("/api/v2/")) {
    const auto known = std::ranges::find(kCodes, status, &Code::status);
    const std::string_view code = known == std::end(kCodes) ? "invalid" : known->name;
    response.body = fmt::format("{{\"code\":\"{}\",\"message\":{}}}\n", code, json_string(message));
  } else {
    response.body = fmt::format("{{\"error\":{}}}\n", json_string(message));
    response.headers.emplace_back("X-Influxdb-Error", message);
  }
  return response;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace inquest::record
