// A family of HTTP paths. A new one is a new file in record/endpoints/ that defines `extern const Endpoint
// NAME_endpoint`.
#pragma once

#include <span>
#include <string_view>

#include "record/http.h"
#include "record/listener.h"

namespace inquest::record {

struct Endpoint {
  std::string_view name;
  std::string_view summary;  // one line, for documentation
  // Adds the routes. The surroundings are those of the listener `http`; handlers copy what they need of them.
  void (*add)(Routes& routes, const Surroundings& surroundings);
};

// All of them, sorted by name: a table generated from the files in record/endpoints/.
std::span<const Endpoint* const> endpoints();

}  // namespace inquest::record
