#include "record/incident.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace inquest::record {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<IncidentKind, std::string_view>, 3> kKinds = {{
    {IncidentKind::Death, "death"},
    {IncidentKind::NearDeath, "near-death"},
    {IncidentKind::Outage, "outage"},
}};

Json instant(Ns ns) {
  if (ns == 0) return nullptr;
  return format_utc({ns, ns % kSecond == 0 ? Precision::Second : Precision::Milli});
}

Json instant(const std::optional<Instant>& when) { return when ? Json(format_utc(*when)) : Json(nullptr); }

Json window(const Interval& interval) {
  return {{"after", instant(interval.after)}, {"before", instant(interval.before)}};
}

std::string text(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<Instant> time(const Json& json, const char* name) {
  const auto parsed = parse_iso_time(text(json, name));
  if (!parsed || !parsed->utc()) return std::nullopt;
  return Instant{*parsed->utc(), parsed->precision};
}

Ns nanoseconds(const Json& json, const char* name) {
  const auto at = time(json, name);
  return at ? at->ns : 0;
}

Interval window(const Json& json, const char* name) {
  const auto at = json.find(name);
  if (at == json.end() || !at->is_object()) return {};
  return {time(*at, "after"), time(*at, "before")};
}

std::vector<std::string> texts(const Json& json, const char* name) {
  std::vector<std::string> out;
  const auto at = json.find(name);
  if (at == json.end() || !at->is_array()) return out;
  for (const Json& each : *at) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

}  // namespace

std::string_view to_string(IncidentKind kind) {
  for (const auto& [each, name] : kKinds) {
    if (each == kind) return name;
  }
  return "death";
}

std::string to_json(const Incident& incident) {
  Json out;
  out["schema"] = 1;
  out["id"] = incident.id;
  out["host"] = incident.host;
  out["state"] = incident.open ? "open" : "closed";
  out["kind"] = to_string(incident.kind);
  out["class"] = incident.incident_class;
  out["title"] = incident.title;
  out["signature"] = incident.signature;
  out["opened"] = instant(incident.opened);
  out["closed"] = instant(incident.closed);
  out["death"] = window(incident.death);
  out["silent"] = window(incident.silent);
  out["reset"] = window(incident.reset);
  out["same_boot"] = incident.same_boot ? Json(*incident.same_boot) : Json(nullptr);
  out["reasons"] = incident.reasons;
  out["reports"] = Json::array();
  for (const IncidentReport& each : incident.reports) {
    out["reports"].push_back({{"title", each.title},
                              {"type", each.type},
                              {"signature", each.signature},
                              {"source", each.source},
                              {"time", instant(each.time)},
                              {"panicked", each.panicked},
                              {"text", each.text}});
  }
  out["hosts"] = incident.hosts;
  out["addresses"] = incident.addresses;
  out["told"] = incident.told;
  Json examination = nullptr;
  if (!incident.examination.empty()) examination = Json::parse(incident.examination, nullptr, false);
  out["examination"] = examination.is_discarded() ? Json(nullptr) : std::move(examination);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Incident> incident_of(std::string_view json) {
  const Json in = Json::parse(json, nullptr, false);
  if (!in.is_object()) return fail(ErrorCode::Malformed, "an incident is no JSON object");
  Incident out;
  if (const auto id = in.find("id"); id != in.end() && id->is_number_unsigned()) out.id = id->get<uint64_t>();
  out.host = text(in, "host");
  out.open = text(in, "state") != "closed";
  for (const auto& [kind, name] : kKinds) {
    if (text(in, "kind") == name) out.kind = kind;
  }
  out.incident_class = text(in, "class");
  out.title = text(in, "title");
  out.signature = text(in, "signature");
  out.opened = nanoseconds(in, "opened");
  out.closed = nanoseconds(in, "closed");
  out.death = window(in, "death");
  out.silent = window(in, "silent");
  out.reset = window(in, "reset");
  if (const auto same = in.find("same_boot"); same != in.end() && same->is_boolean()) out.same_boot = same->get<bool>();
  out.reasons = texts(in, "reasons");
  if (const auto reports = in.find("reports"); reports != in.end() && reports->is_array()) {
    for (const Json& each : *reports) {
      if (!each.is_object()) continue;
      const auto panicked = each.find("panicked");
      out.reports.push_back({text(each, "title"), text(each, "type"), text(each, "signature"), text(each, "source"),
                             nanoseconds(each, "time"), panicked != each.end() && *panicked == true,
                             text(each, "text")});
    }
  }
  out.hosts = texts(in, "hosts");
  out.addresses = texts(in, "addresses");
  out.told = texts(in, "told");
  if (const auto at = in.find("examination"); at != in.end() && at->is_object()) out.examination = at->dump();
  return out;
}

std::vector<std::string> findings_of(const Incident& incident) {
  std::vector<std::string> out;
  const Json examination = Json::parse(incident.examination, nullptr, false);
  if (!examination.is_object()) return out;
  const auto all = examination.find("incidents");
  if (all == examination.end() || !all->is_array()) return out;
  for (const Json& each : *all) {
    if (!each.is_object() || text(each, "host") != incident.host) continue;
    const auto verdict = each.find("verdict");
    if (verdict == each.end() || !verdict->is_array()) continue;
    for (const Json& statement : *verdict) {
      if (!statement.is_object()) continue;
      if (std::string sentence = text(statement, "text"); !sentence.empty()) out.push_back(std::move(sentence));
    }
  }
  return out;
}

store::KeptIncident kept(const Incident& incident) {
  return {incident.id,    incident.opened,  incident.host, incident.open ? "open" : "closed",
          incident.title, to_json(incident)};
}

Result<Incident> incident_of(const store::KeptIncident& kept) {
  auto out = incident_of(kept.document);
  if (out) out->id = kept.id;
  return out;
}

}  // namespace inquest::record
