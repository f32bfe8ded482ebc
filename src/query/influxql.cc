#include "query/influxql.h"

#include "query/influxql_result.h"
#include "query/influxql_select.h"
#include "query/influxql_show.h"
#include "query/influxql_syntax.h"

namespace inquest::query {

InfluxqlAnswer answer_influxql(const InfluxqlRequest& request, Context& context) {
  const auto parameters = influxql_parameters(request.parameters);
  if (!parameters) return {false, influxql_error(parameters.error().message, request.pretty)};
  auto statements = parse_influxql(request.query, *parameters);
  if (!statements) return {false, influxql_error(statements.error().message, request.pretty)};
  if (statements->empty()) return {false, influxql_error("missing required parameter \"q\"", request.pretty)};
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
  return {true, influxql_body(results, {request.epoch, request.pretty, request.chunk_rows})};
}

}  // namespace inquest::query
