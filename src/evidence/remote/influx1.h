// InfluxDB 1: InfluxQL over /query, answers in CSV (the decoder influx1_csv).
#pragma once

#include <memory>

#include "evidence/remote/source.h"

namespace inquest::evidence {

std::unique_ptr<RemoteSource> make_influx1(RemoteUrl url);

// A string literal and an identifier of InfluxQL.
std::string influxql_string(std::string_view text);
std::string influxql_name(std::string_view text);

}  // namespace inquest::evidence
