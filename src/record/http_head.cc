#include "record/http_head.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::record {
namespace {

namespace http = boost::beast::http;

std::string_view bare_target(std::string_view target) {
  // "GET http://host/path", as proxies send it.
  const size_t scheme = target.starts_with('/') ? std::string_view::npos : target.find("://");
  if (scheme == std::string_view::npos) return target;
  const size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

// A header's value can't end the header, whatever a message quotes.
std::string header_value(std::string_view text) {
  std::string out(text.substr(0, 1024));
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

}  // namespace

HttpRequest request_of(const http::request<http::empty_body>& message, const IpAddress& peer) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target = bare_target(message.target());
  const size_t question = std::min(target.find('?'), target.size());
  request.path = percent_decoded(target.substr(0, question), false);
  if (question < target.size()) request.parameters = parse_query(target.substr(question + 1));
  for (const auto& field : message)
    request.headers.emplace_back(lower(field.name_string()), std::string(field.value()));
  request.peer = peer;
  return request;
}

std::string head_of(const HttpResponse& response, bool keep) {
  const std::string_view reason = http::obsolete_reason(http::int_to_status(response.status));
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, header_value(value));
  if (!response.type.empty() && !response.body.empty()) head += fmt::format("Content-Type: {}\r\n", response.type);
  if (response.status != 204) head += fmt::format("Content-Length: {}\r\n", response.body.size());
  head += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace inquest::record
