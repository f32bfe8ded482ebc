// Answers InfluxQL over the store in the form of InfluxDB 1's /query:
//
//     {"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a"},"columns":["time","mean"],
//      "values":[["2026-02-09T15:54:50Z",1.5]]}]}]}
#pragma once

#include <string>
#include <string_view>

#include "query/context.h"

namespace inquest::query {

struct InfluxqlRequest {
  std::string_view query;            // q: statements, separated by semicolons
  std::string_view database;         // db
  std::string_view policy;           // rp; empty: the default one
  std::string_view parameters = {};  // params: what stands for `$name` in the statements, in JSON; see
                                     // influxql_parameters.h
  std::string_view epoch;            // "ns", "u", "ms", "s", "m", "h": numbers in that unit; empty: RFC 3339
  bool csv = false;                  // else JSON
  bool pretty = false;
  size_t chunk_rows = 0;  // chunked: so many rows of a series in each document, one a line; 0: one document
};

struct InfluxqlAnswer {
  bool understood = true;  // false: the request is a bad one (400), and the body says why
  std::string body;        // and a line end
};

// Over the context's store, which must be there, and within its limits; now() is the context's. Errors of a statement
// stand in its result; statements behind it are answered all the same.
InfluxqlAnswer answer_influxql(const InfluxqlRequest& request, Context& context);

}  // namespace inquest::query
