#include "app/incident_examiner.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/intake.h"
#include "record/host_watch.h"
#include "report/json.h"
#include "store/line_protocol.h"

namespace inquest::app {
namespace {

constexpr Ns kFigures = 3 * kHour;  // before; enough of a past to compare the last minutes with
constexpr Ns kLog = 6 * kHour;
constexpr Ns kAfter = 2 * kHour;     // the next boot, and what it says of this one
constexpr Ns kAway = 30 * kDay;      // the longest that a host is waited for
constexpr Ns kPeers = 10 * kMinute;  // before and after
constexpr uint64_t kMostEvents = 100'000;
constexpr uint64_t kMostOfPeers = 20'000;
constexpr size_t kMostBytes = 64 << 20;  // of one piece

std::string_view field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
  return out;
}

// A word of an RFC 5424 header.
std::string word(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 255)) {
    if (c > ' ' && c < '\x7f') out += c;
  }
  return out.empty() ? "-" : out;
}

Instant micro(Ns time) { return {time, Precision::Micro}; }

void add_syslog(const store::Event& event, std::string& out) {
  constexpr int kUser = 8;  // facility 1, times 8
  const int priority = (event.ident == "kernel" ? 0 : kUser) + std::min<int>(event.severity, 7);
  fmt::format_to(std::back_inserter(out), "<{}>1 {} {} {} - - - {}\n", priority, format_utc(micro(event.time)),
                 word(event.host), word(event.ident), one_line(event.message));
}

void add_console(const store::Event& event, std::string& out) {
  // What the listener noted about the stream is no word of the kernel's.
  if (event.ident == "inquest") return;
  fmt::format_to(std::back_inserter(out), "{} ", format_utc(micro(event.time)));
  if (const auto us = parse_int<uint64_t>(field(event, "monotonic_us")); us && !event.message.starts_with('[')) {
    fmt::format_to(std::back_inserter(out), "[{:5}.{:06}] ", *us / 1'000'000, *us % 1'000'000);
    if (const auto caller = field(event, "caller"); !caller.empty()) {
      fmt::format_to(std::back_inserter(out), "[{}] ", one_line(caller));
    }
  }
  out.append(one_line(event.message)).append("\n");
}

void add_journal_field(std::string_view name, std::string_view value, std::string& out) {
  if (value.find('\n') == std::string_view::npos) {
    out.append(name).append("=").append(value).append("\n");
    return;
  }
  out.append(name).append("\n");
  for (uint64_t i = 0, size = value.size(); i < 8; ++i) out += static_cast<char>(size >> (8 * i) & 0xFF);
  out.append(value).append("\n");
}

void add_journal(const store::Event& event, std::string& out) {
  fmt::format_to(std::back_inserter(out), "__REALTIME_TIMESTAMP={}\n", event.time / kMicro);
  for (const auto& [key, value] : event.fields) {
    const bool valid = !key.empty() && std::ranges::all_of(key, [](char c) {
      return c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    if (!valid || key == "MESSAGE" || key == "__REALTIME_TIMESTAMP") continue;
    add_journal_field(key, value, out);
  }
  if (field(event, "_HOSTNAME").empty()) add_journal_field("_HOSTNAME", event.host, out);
  if (field(event, "SYSLOG_IDENTIFIER").empty()) add_journal_field("SYSLOG_IDENTIFIER", event.ident, out);
  if (field(event, "PRIORITY").empty() && event.severity < 8) {
    add_journal_field("PRIORITY", fmt::format("{}", event.severity), out);
  }
  add_journal_field("MESSAGE", event.message, out);
  out += '\n';
}

// Messages, by the file that they go to.
class Logs {
 public:
  void add(const store::Event& event) {
    if (event.source == "netconsole") {
      add_console(event, piece(event.host, "netconsole"));
    } else if (event.source == "journal") {
      add_journal(event, piece(event.host, "journal"));
    } else {
      add_syslog(event, piece(event.host, "syslog"));
    }
  }
  void move_to(std::vector<EvidencePiece>& out) {
    for (auto& [name, text] : texts_) {
      if (!text.empty()) out.push_back({name, std::move(text)});
    }
  }

 private:
  std::string& piece(std::string_view host, std::string_view kind) {
    return texts_[fmt::format("{}.{}", word(host), kind)];
  }
  std::map<std::string, std::string> texts_;
};

// In the order of time, whichever end the query begins at.
Result<std::vector<store::Event>> events_of(store::Store& store, store::EventQuery query) {
  std::vector<store::Event> out;
  const auto read = store.events(query, [&](store::StoredEvent&& stored) {
    out.push_back(std::move(stored.event));
    return true;
  });
  if (!read) return fail(read.error());
  std::ranges::stable_sort(out, {}, &store::Event::time);
  return out;
}

void add_value(const store::Column& column, size_t row, std::string& out) {
  const uint64_t bits = column.bits[row];
  switch (column.type) {
    case store::FieldType::Float: {
      const auto value = std::bit_cast<double>(bits);
      fmt::format_to(std::back_inserter(out), "{}", std::isfinite(value) ? value : 0.0);
      return;
    }
    case store::FieldType::Integer: fmt::format_to(std::back_inserter(out), "{}i", static_cast<int64_t>(bits)); return;
    case store::FieldType::Unsigned: fmt::format_to(std::back_inserter(out), "{}u", bits); return;
    case store::FieldType::Boolean: out += bits != 0 ? "true" : "false"; return;
    case store::FieldType::String: return;
  }
}

std::string escaped_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',' || c == '=' || c == ' ') out += '\\';
    out += c;
  }
  return out;
}

// Figures alone: strings are no samples.
void add_rows(const store::Slice& slice, std::string& out) {
  const std::string head = store::format_series(*slice.key);
  for (size_t row = 0; row < slice.times.size() && out.size() < kMostBytes; ++row) {
    const size_t begin = out.size();
    out += head;
    char separator = ' ';
    for (const store::Column& column : slice.columns) {
      if (column.type == store::FieldType::String || row >= column.bits.size()) continue;
      if (!column.present.empty() && !column.present[row]) continue;
      out += separator;
      separator = ',';
      out += escaped_name(column.field);
      out += '=';
      add_value(column, row, out);
    }
    if (separator == ' ') {
      out.resize(begin);
      continue;
    }
    fmt::format_to(std::back_inserter(out), " {}\n", slice.times[row]);
  }
}

// A TOML string.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// What the recorder noticed of the host about then.
Result<std::vector<record::Incident>> noticed_deaths(store::Store& store, const std::string& host, Ns at) {
  const auto all = store.incidents({});
  if (!all) return fail(all.error());
  std::vector<record::Incident> out;
  for (const store::KeptIncident& kept : *all) {
    if (kept.host != host) continue;
    auto incident = record::incident_of(kept);
    if (!incident || incident->kind != record::IncidentKind::Death) continue;
    const auto& silent = incident->silent.before;
    const bool near = std::abs(moment_of(*incident) - at) <= kHour || (silent && std::abs(silent->ns - at) <= kHour);
    if (near) out.push_back(std::move(*incident));
  }
  return out;
}

// That the host fell silent was noticed by the recorder, and is evidence like what a person noticed: nothing else says
// that telemetry ends because it stopped, and not because nobody asked for more.
void add_noticed(std::span<const record::Incident> deaths, const std::string& host, std::vector<EvidencePiece>& out) {
  std::string text;
  for (const record::Incident& death : deaths) {
    if (!death.silent.before) continue;
    fmt::format_to(std::back_inserter(text),
                   "[[observation]]\nkind = \"unreachable\"\nat = {}\nsense = \"recorder\"\n"
                   "text = \"nothing of it arrived any more, although it was due\"\n\n",
                   format_utc(*death.silent.before));
  }
  if (!text.empty()) out.push_back({"observations.toml", fmt::format("host = {}\n\n{}", quoted(host), text)});
}

}  // namespace

Ns moment_of(const record::Incident& incident) {
  if (incident.death.after) return incident.death.after->ns;
  if (incident.death.before) return incident.death.before->ns;
  for (const record::IncidentReport& report : incident.reports) {
    if (report.time != 0) return report.time;
  }
  return incident.opened;
}

Result<std::vector<EvidencePiece>> stored_evidence(store::Store& store, const std::string& host,
                                                   std::span<const std::string> addresses, Ns at) {
  std::vector<EvidencePiece> out;
  const auto deaths = noticed_deaths(store, host, at);
  if (!deaths) return fail(deaths.error());
  // Up to what its return says, whenever that was.
  Ns until = at + kAfter;
  for (const record::Incident& death : *deaths) {
    const auto& back = death.reset.before;
    if (back && back->ns - at > 0 && back->ns - at < kAway) until = std::max(until, back->ns + kAfter);
  }
  const auto buckets = store.buckets();
  if (!buckets) return fail(buckets.error());
  for (const std::string& bucket : *buckets) {
    if (bucket == record::HostWatch::kBucket) continue;
    std::string text;
    for (const char* const tag : {"host", "instance"}) {
      store::Selection selection;
      selection.bucket = bucket;
      selection.from = at - kFigures;
      selection.to = until;
      selection.tags.push_back({tag, store::TagMatch::Kind::Equal, std::string(host)});
      const auto read = store.select(selection, [&](store::Slice&& slice) {
        if (slice.key != nullptr) add_rows(slice, text);
        return text.size() < kMostBytes;
      });
      if (!read && read.error().code != ErrorCode::NotFound) return fail(read.error());
    }
    if (!text.empty()) out.push_back({word(bucket) + ".line", std::move(text)});
  }

  const auto its = [&](std::string_view name) {
    return name == host || std::ranges::find(addresses, name) != addresses.end();
  };
  Logs logs;
  std::vector<std::string> names(addresses.begin(), addresses.end());
  if (std::ranges::find(names, host) == names.end()) names.push_back(host);
  for (const std::string& name : names) {
    store::EventQuery before;
    before.host = name;
    before.from = at - kLog;
    before.to = at + 1;
    before.newest_first = true;
    before.limit = kMostEvents;
    store::EventQuery after = before;
    after.from = at + 1;
    after.to = until;
    after.newest_first = false;
    for (const store::EventQuery& query : {before, after}) {
      auto events = events_of(store, query);
      if (!events) return fail(events.error());
      for (store::Event& event : *events) {
        event.host = host;
        logs.add(event);
      }
    }
  }
  store::EventQuery peers;
  peers.from = at - kPeers;
  peers.to = at + kPeers;
  peers.limit = kMostOfPeers;
  const auto events = events_of(store, peers);
  if (!events) return fail(events.error());
  for (const store::Event& event : *events) {
    if (!its(event.host)) logs.add(event);
  }
  logs.move_to(out);
  add_noticed(*deaths, host, out);
  return out;
}

void take_in_pieces(std::span<const EvidencePiece> pieces, model::Case& into) {
  for (const EvidencePiece& piece : pieces) decode::take_in_bytes(piece.text, "recorder/" + piece.name, into);
}

record::Examined examine_incident(std::span<const EvidencePiece> pieces, const record::Incident& incident, Ns now) {
  record::Examined out;
  model::Case the_case;
  take_in_pieces(pieces, the_case);
  reason::Options options;
  options.host = incident.host;
  options.zone = Zone();
  const Ns at = moment_of(incident);
  options.at = Instant{at, Precision::Second};
  options.now = Instant{now, Precision::Second};
  const model::Inquiry inquiry = reason::investigate(the_case, options);
  out.document = report::render_json(the_case, inquiry);
  // Of several deaths the one that is meant.
  const model::Incident* nearest = nullptr;
  Ns distance = kHour;
  for (const model::Incident& each : inquiry.incidents) {
    const auto& when = each.death.after ? each.death.after : each.death.before;
    if (!when || (!each.host.empty() && each.host != incident.host)) continue;
    const Ns apart = std::abs(when->ns - at);
    if (apart > distance) continue;
    distance = apart;
    nearest = &each;
  }
  if (nearest == nullptr) return out;
  out.incident_class = nearest->incident_class;
  out.death = nearest->death;
  out.reset = nearest->reset;
  return out;
}

}  // namespace inquest::app
