// The address of a telemetry database, as people write it on a command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::evidence {

enum class RemoteKind : uint8_t {
  Influx1,     // InfluxQL over /query: InfluxDB 1, and VictoriaMetrics does not speak it
  Influx2,     // Flux over /api/v2/query: InfluxDB 2, and 1.8 with Flux switched on
  Prometheus,  // PromQL over /api/v1: Prometheus, VictoriaMetrics, Thanos, Mimir
};

// influx://[USER[:PASSWORD]@]HOST[:8086]/DATABASE[/RETENTION]
// influx2://[TOKEN@]HOST[:8086]/ORG/BUCKET
// prometheus://[USER[:PASSWORD]@]HOST[:9090][/PREFIX]
//
// Each with "+https" behind the scheme for TLS: prometheus+https://metrics.example/select/0. Special characters are
// written as %XX.
struct RemoteUrl {
  RemoteKind kind = RemoteKind::Influx1;
  std::string base;  // "http://host:8086": where HTTP requests go, without "/" at its end and without credentials
  std::string user;
  std::string password;
  std::string token;
  std::string org;
  std::string database;   // or bucket
  std::string retention;  // policy; empty: the database's default
  std::string shown;      // the address as given, without credentials: for citations and messages
};

// Whether the text is meant as such an address, right or wrong, and not as a path.
bool is_remote_url(std::string_view text);

// Malformed, with what is wrong and what to write instead.
Result<RemoteUrl> parse_remote_url(const std::string& text);

}  // namespace inquest::evidence
