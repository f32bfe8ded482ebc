// InfluxDB 2: Flux over /api/v2/query, answers in annotated CSV (the decoder influx_csv).
#pragma once

#include <memory>

#include "evidence/remote/source.h"

namespace inquest::evidence {

// Without a token in the address, the one in $INFLUX_TOKEN is used, as InfluxDB's own client does.
std::unique_ptr<RemoteSource> make_influx2(RemoteUrl url);

// A string literal of Flux.
std::string flux_string(std::string_view text);

}  // namespace inquest::evidence
