// A query as InfluxDB's clients send it to /api/v2/query, and the answer that they expect.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "query/annotated_csv.h"
#include "query/context.h"

namespace inquest::query {

struct Request {
  std::string text;
  std::string prefix;     // Flux that runs before it: the client's `extern` and `params`
  std::optional<Ns> now;  // UTC
  CsvDialect dialect;
};

// The body of a request. Of `application/vnd.flux` it is the query itself, of `application/json`
//     {"query": "...", "type": "flux", "now": "2026-02-09T15:54:50Z", "params": {"host": "a"}, "extern": {"type":
//     "File", ...},
//      "dialect": {"header": true, "delimiter": ",", "annotations": ["datatype", "group", "default"]}}
// of which all but `query` may be missing. A content type may have parameters; any other means JSON. Malformed and
// Unsupported name the member that is wrong.
Result<Request> parse_request(std::string_view content_type, std::string_view body);

// Runs it, with its `now` where it has one. The answer is annotated CSV, handed over result by result. An error before
// anything was written is returned; one afterwards ends the answer with the table that says so, and is a success.
Result<void> answer(const Request& request, Context& context,
                    const std::function<Result<void>(std::string_view)>& write);

// How an error is told: 400, 404, 422 or 500, and {"code":"invalid","message":"..."}.
int http_status(const Error& error);
std::string error_json(const Error& error);

}  // namespace inquest::query
