// What a recorder tells of itself, as JSON: docs/recorder-api.md. The same text answers a request over HTTP and a
// command that reads the recorder's folder.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/incident_examiner.h"
#include "base/error.h"
#include "base/time.h"
#include "record/vital_signs.h"
#include "store/store.h"

namespace inquest::app {

std::string hosts_json(std::span<const record::VitalRow> rows);
// Of all incidents, without their reports' text and their examinations; of one, everything. NotFound for a number that
// is none.
Result<std::string> incidents_json(store::Store& store);
Result<std::string> incident_json(store::Store& store, uint64_t id);
// Messages as the query asks for them, at most kMostAnswered; those asked for with newest_first come in the order of
// time, too. `addresses` are those by which the query's host was called while it had not said its name.
inline constexpr uint64_t kMostAnswered = 10'000;
Result<std::string> events_json(store::Store& store, store::EventQuery query, std::span<const std::string> addresses);
// The last `limit` of a host, or of all where it is empty; where `after` is not 0 the next ones behind that row.
store::EventQuery last_events(std::string_view host, uint64_t after, uint64_t limit);
std::string evidence_json(std::span<const EvidencePiece> pieces);
Result<std::vector<EvidencePiece>> evidence_of(std::string_view json);

// The hosts as they were when the recorder last wrote down what it knows of them: at most a minute ago while it runs.
Result<std::vector<record::VitalRow>> remembered_rows(store::Store& store, Ns now);

// The addresses that a host, and nobody else, sends from: what came from there without a name is its.
std::vector<std::string> addresses_of(std::span<const record::VitalRow> rows, std::string_view host);

}  // namespace inquest::app
