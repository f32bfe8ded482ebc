#include "app/recorder_answers.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "record/host_watch.h"
#include "record/incident.h"

namespace inquest::app {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

double seconds(Ns ns) { return static_cast<double>(ns / kMilli) / 1000; }

Json instant(Ns ns) { return format_utc({ns, Precision::Milli}); }

}  // namespace

std::string hosts_json(std::span<const record::VitalRow> rows) {
  Json out;
  out["schema"] = 1;
  out["hosts"] = Json::array();
  for (const record::VitalRow& row : rows) {
    Json host;
    host["name"] = row.host;
    host["state"] = to_string(row.state);
    host["last"] = row.last ? instant(*row.last) : Json(nullptr);
    host["quiet_s"] = seconds(row.quiet);
    host["source"] = row.fastest.empty() ? Json(nullptr) : Json(row.fastest);
    host["pace_s"] = row.fastest.empty() ? Json(nullptr) : Json(seconds(row.pace));
    host["dead_after_s"] = row.fastest.empty() ? Json(nullptr) : Json(seconds(row.lost));
    host["paths"] = row.paths;
    host["maintenance_until"] = row.maintenance ? instant(*row.maintenance) : Json(nullptr);
    host["outage"] = row.concealed;
    out["hosts"].push_back(std::move(host));
  }
  return dumped(out);
}

Result<std::string> incidents_json(store::Store& store) {
  const auto all = store.incidents({});
  if (!all) return fail(all.error());
  Json out;
  out["schema"] = 1;
  out["incidents"] = Json::array();
  for (const store::KeptIncident& each : *all) {
    auto incident = record::incident_of(each);
    if (!incident) continue;
    incident->examination.clear();
    for (record::IncidentReport& report : incident->reports) report.text.clear();
    out["incidents"].push_back(Json::parse(record::to_json(*incident), nullptr, false));
  }
  return dumped(out);
}

Result<std::string> incident_json(store::Store& store, uint64_t id) {
  const auto found = store.incidents(id);
  if (!found) return fail(found.error());
  if (found->empty()) return fail(ErrorCode::NotFound, fmt::format("there is no incident {}", id));
  const auto incident = record::incident_of(found->front());
  if (!incident) return fail(incident.error());
  return record::to_json(*incident) + "\n";
}

Result<std::string> events_json(store::Store& store, store::EventQuery query, std::span<const std::string> addresses) {
  if (query.limit == 0 || query.limit > kMostAnswered) query.limit = kMostAnswered;
  std::vector<std::string> names = {query.host};
  if (!query.host.empty()) names.insert(names.end(), addresses.begin(), addresses.end());
  std::vector<store::StoredEvent> events;
  for (std::string& name : names) {
    query.host = std::move(name);
    uint64_t left = query.limit;
    const auto read = store.events(query, [&](store::StoredEvent&& event) {
      events.push_back(std::move(event));
      return --left > 0;
    });
    if (!read) return fail(read.error());
  }
  // Of several names' the rows that are next, or last: what is behind them is had by asking again.
  std::ranges::sort(events, {}, &store::StoredEvent::row);
  if (events.size() > query.limit) {
    const auto over = static_cast<std::ptrdiff_t>(events.size() - query.limit);
    if (query.newest_first) {
      events.erase(events.begin(), events.begin() + over);
    } else {
      events.erase(events.end() - over, events.end());
    }
  }
  std::ranges::stable_sort(events, {}, [](const store::StoredEvent& each) { return each.event.time; });
  Json out;
  out["schema"] = 1;
  out["events"] = Json::array();
  for (const store::StoredEvent& stored : events) {
    Json event;
    event["row"] = stored.row;
    event["time"] = instant(stored.event.time);
    event["received"] = instant(stored.event.received);
    event["host"] = stored.event.host;
    event["source"] = stored.event.source;
    event["ident"] = stored.event.ident;
    event["severity"] = stored.event.severity < 8 ? Json(stored.event.severity) : Json(nullptr);
    event["message"] = stored.event.message;
    out["events"].push_back(std::move(event));
  }
  return dumped(out);
}

store::EventQuery last_events(std::string_view host, uint64_t after, uint64_t limit) {
  store::EventQuery query;
  query.host = std::string(host);
  query.by_row = true;
  query.after_row = after;
  query.newest_first = after == 0;
  query.limit = limit;
  return query;
}

std::string evidence_json(std::span<const EvidencePiece> pieces) {
  Json out;
  out["schema"] = 1;
  out["evidence"] = Json::array();
  for (const EvidencePiece& piece : pieces) out["evidence"].push_back({{"name", piece.name}, {"text", piece.text}});
  return dumped(out);
}

Result<std::vector<EvidencePiece>> evidence_of(std::string_view json) {
  const Json in = Json::parse(json, nullptr, false);
  const auto list = in.is_object() ? in.find("evidence") : in.end();
  if (!in.is_object() || list == in.end() || !list->is_array()) {
    return fail(ErrorCode::Malformed, "the answer holds no evidence");
  }
  std::vector<EvidencePiece> out;
  for (const Json& each : *list) {
    if (!each.is_object()) continue;
    const auto name = each.find("name");
    const auto text = each.find("text");
    if (name == each.end() || text == each.end() || !name->is_string() || !text->is_string()) continue;
    out.push_back({name->get<std::string>(), text->get<std::string>()});
  }
  return out;
}

Result<std::vector<record::VitalRow>> remembered_rows(store::Store& store, Ns now) {
  const auto memories = record::read_vital_memories(store, now);
  if (!memories) return fail(memories.error());
  record::VitalSigns vital;
  constexpr Ns kAnyTime = kHour;  // of a steady clock that nobody else looks at
  vital.recall(*memories, kAnyTime, now);
  std::vector<record::VitalRow> rows = vital.rows(kAnyTime, now);
  for (record::VitalRow& row : rows) {
    if (row.last) row.quiet = std::max<Ns>(0, now - *row.last);
  }
  return rows;
}

std::vector<std::string> addresses_of(std::span<const record::VitalRow> rows, std::string_view host) {
  std::vector<std::string> out;
  for (const record::VitalRow& row : rows) {
    if (row.host == host) out = row.paths;
  }
  for (const record::VitalRow& row : rows) {
    // One that nobody gave a name yet is called by its address.
    if (row.host == host || std::ranges::find(out, row.host) != out.end()) continue;
    std::erase_if(out, [&](const std::string& path) { return std::ranges::find(row.paths, path) != row.paths.end(); });
  }
  return out;
}

}  // namespace inquest::app
