// HTTP, as far as it takes to ask a telemetry database.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/walk.h"

namespace inquest::evidence {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Accept: application/csv"
  std::string user;                  // basic authentication where it is not empty
  std::string password;
  std::string body;  // not empty: POST
};

struct HttpLimits {
  uint64_t bytes = 256ULL << 20;  // of one answer, decompressed
  long connect_s = 10;
  long stalled_s = 60;  // without a byte
};

// Sends the request and waits for the answer's head; the body is read from what comes back, as it arrives. An answer
// of 400 and above is an error with the server's own words in it. Never follows a redirection, so that credentials
// go nowhere but where they were meant to. After `limits.bytes` reading ends with an error of code Limit.
Result<std::unique_ptr<Bytes>> http_open(const HttpRequest& request, const HttpLimits& limits);

// The whole body of a short answer (up to 4 MiB).
Result<std::string> http_text(const HttpRequest& request, HttpLimits limits = {});

// Percent-encodes for a query string.
std::string url_encode(std::string_view text);

}  // namespace inquest::evidence
