// Prometheus and what speaks its HTTP API (VictoriaMetrics, Thanos, Mimir): answers in JSON (the decoder
// prometheus_json).
#pragma once

#include <memory>

#include "evidence/remote/source.h"

namespace inquest::evidence {

std::unique_ptr<RemoteSource> make_prometheus(RemoteUrl url);

// A string literal of PromQL.
std::string promql_string(std::string_view text);

}  // namespace inquest::evidence
