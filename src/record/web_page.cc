#include "record/web_page.h"

#include <algorithm>

#include "record/ip_address.h"

namespace inquest::record {
namespace {

// "example.org:8086", "[::1]:8086" without the port and brackets.
std::string_view host_name(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, std::min(authority.find(']'), authority.size()) - 1);
  return authority.substr(0, authority.rfind(':'));
}

}  // namespace

bool from_foreign_page(const HttpRequest& request) {
  const std::string_view host = request.header("host");
  const std::string_view origin = request.header("origin");
  const bool browser = !origin.empty() || !request.header("sec-fetch-site").empty();
  if (!browser) return false;
  const size_t scheme = origin.find("://");
  if (!origin.empty() && (scheme == std::string_view::npos || origin.substr(scheme + 3) != host)) return true;
  const std::string_view name = host_name(host);
  return name != "localhost" && !IpAddress::parse(name);
}

}  // namespace inquest::record
