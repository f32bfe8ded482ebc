#include "query/influxql.h"

#include "query/influxql_csv.h"
#include "query/influxql_result.h"
#include "query/influxql_select.h"
#include "query/influxql_show.h"
#include "query/influxql_syntax.h"

namespace inquest::query {
namespace {

std::string error_body(std::string_view message, const InfluxqlRequest& request) {
  return request.csv ? influxql_csv_error(message) : influxql_error(message, request.pretty);
}

}  // namespace

InfluxqlAnswer answer_influxql(const InfluxqlRequest& request, Context& context) {
  const auto parameters = influxql_parameters(request.parameters);
  if (!parameters) return {false, error_body(parameters.error().message, request)};
  auto statements = parse_influxql(request.query, *parameters);
  if (!statements) return {false, error_body(statements.error().message, request)};
  if (statements->empty()) return {false, error_body("missing required parameter \"q\"", request)};
  std::vector<InfluxqlResult> results;
  for (InfluxqlStatement& statement : *statements) {
    auto series = statement.kind == InfluxqlStatement::Kind::Select ? select_influxql(statement, request, context)
                                                                    : show_influxql(statement, request, context);
    if (series) {
      results.push_back({std::move(*series), {}});
    } else {
      results.push_back({{}, series.error().message});
    }
  }
  if (request.csv) return {true, influxql_csv(results, request.epoch)};
  return {true, influxql_body(results, {request.epoch, request.pretty, request.chunk_rows})};
}

}  // namespace inquest::query
