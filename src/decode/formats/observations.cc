// observations.toml: what a person saw, heard and did. Our own format; docs/formats/observations.md describes it.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "base/zone.h"
#include "decode/line_reader.h"
#include "decode/toml_text.h"

namespace inquest::decode {
namespace {

constexpr std::array<std::string_view, 19> kKinds = {
    "console-dead", "powered-on",     "fans-on",      "leds-on",      "powered-off", "unreachable", "switch-port-idle",
    "network-up",   "screen-frozen",  "screen-shows", "panic-screen", "noise",       "smell",       "hard-reset",
    "power-cycle",  "orderly-reboot", "log-ends",     "change",       "note"};
constexpr std::array<std::string_view, 5> kTopKeys = {"host", "timezone", "reporter", "cluster", "observation"};
constexpr std::array<std::string_view, 10> kKeys = {"kind",  "at",   "from",   "to",     "text",
                                                    "sense", "host", "source", "module", "component"};

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", ellipsis(printable(text), 60)); }

size_t line_of(const toml::node& node) { return node.source().begin.line; }

// A time as it stands in the file.
struct Stated {
  Ns raw = 0;
  bool utc = false;  // it has an offset, and `raw` is UTC
  Precision precision = Precision::Second;
};

// TOML keeps no digits: as fine as the fraction needs.
Precision precision_of(uint32_t nanoseconds) {
  if (nanoseconds == 0) return Precision::Second;
  if (nanoseconds % kMilli == 0) return Precision::Milli;
  return nanoseconds % kMicro == 0 ? Precision::Micro : Precision::Nano;
}

std::optional<Stated> stated(const toml::date& date, const toml::time& time, Precision precision) {
  const auto raw = from_civil({date.year, date.month, date.day, time.hour, time.minute, time.second, time.nanosecond});
  if (!raw) return std::nullopt;
  return Stated{*raw, false, precision};
}

// "2026-02-09 07:55", "2026-02-09T15:55Z", "2026-02-09T07:55:07.5-08:00", "2026-02-09".
std::optional<Stated> stated(std::string_view text) {
  text = trim(text);
  std::string with_seconds;
  const bool to_the_minute = text.size() >= 16 && text[13] == ':' && (text.size() == 16 || text[16] != ':');
  if (to_the_minute) {
    with_seconds = fmt::format("{}:00{}", text.substr(0, 16), text.substr(16));
    text = with_seconds;
  }
  const auto parsed = parse_iso_date_or_time(text);
  if (!parsed || parsed->length != text.size()) return std::nullopt;
  const Precision precision = to_the_minute ? Precision::Minute : parsed->precision;
  return Stated{parsed->utc().value_or(parsed->local), parsed->offset.has_value(), precision};
}

std::optional<Stated> stated(const toml::node& node) {
  if (const auto* text = node.as_string()) return stated(text->get());
  if (const auto* date = node.as_date()) return stated(date->get(), toml::time{}, Precision::Day);
  const auto* both = node.as_date_time();
  if (both == nullptr) return std::nullopt;
  const toml::date_time& value = both->get();
  auto out = stated(value.date, value.time, precision_of(value.time.nanosecond));
  if (out && value.offset) {
    out->raw -= value.offset->minutes * kMinute;
    out->utc = true;
  }
  return out;
}

class Observations : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    const auto table = parse_toml(bytes);
    if (!table) return sink().refuse(place_of_line(table.error().line), table.error().message);
    name_unknown_keys(*table, kTopKeys);
    case_facts(*table);
    if (const auto* cluster = find_table(*table, "cluster")) nodes(*cluster);
    if (const toml::node* list = table->get("observation")) observations(*list);
  }

  // ---- Values of the expected kind; another is a problem, and the key as good as missing.

  void wrong_kind(std::string_view key, const toml::node& node, std::string_view expected) {
    sink().problem(place_of_line(line_of(node)),
                   fmt::format("{} is {}, expected was {}", quoted(key), kind_of(node), expected));
  }

  std::string find_text(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (const auto* text = node->as_string()) return std::string(trim(text->get()));
    wrong_kind(key, *node, "a string");
    return {};
  }

  const toml::table* find_table(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) wrong_kind(key, *node, "a table");
    return node->as_table();
  }

  std::optional<Stated> find_time(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    auto out = stated(*node);
    if (!out && node->is_string()) {
      sink().problem(place_of_line(line_of(*node)), fmt::format("{} is no time such as \"2026-02-09 07:55\": {}",
                                                                quoted(key), quoted(node->as_string()->get())));
    } else if (!out) {
      wrong_kind(key, *node, "a date, or a date and time");
    }
    return out;
  }

  void name_unknown_keys(const toml::table& table, std::span<const std::string_view> known) {
    for (const auto& [key, node] : table) {
      if (among(known, key.str())) continue;
      sink().problem(place_of_line(key.source().begin.line),
                     fmt::format("unknown key {}; known are {}", quoted(key.str()), fmt::join(known, ", ")));
    }
  }

  // ---- The case

  void case_facts(const toml::table& table) {
    const std::string host = find_text(table, "host");
    host_ = sink().intern(host);
    if (!host.empty()) sink().fact({}, "host", host, place_of_line(line_of(*table.get("host"))));
    if (const std::string reporter = find_text(table, "reporter"); !reporter.empty()) {
      sink().fact({}, "reporter", reporter, place_of_line(line_of(*table.get("reporter"))));
    }
    const std::string zone = find_text(table, "timezone");
    if (zone.empty()) return;
    const Place place = place_of_line(line_of(*table.get("timezone")));
    if (const auto found = Zone::find(zone)) {
      sink().fact({}, "timezone", zone, place);
    } else {
      sink().problem(place, printable(found.error().message));
    }
  }

  void nodes(const toml::table& cluster) {
    static constexpr std::array<std::string_view, 1> kClusterKeys = {"nodes"};
    name_unknown_keys(cluster, kClusterKeys);
    const toml::table* nodes = find_table(cluster, "nodes");
    if (nodes == nullptr) return;
    for (const auto& [key, node] : *nodes) {
      const Place place = place_of_line(line_of(node));
      const auto id = parse_int<uint32_t>(key.str());
      const auto* name = node.as_string();
      if (id && name != nullptr) {
        sink().fact({}, fmt::format("corosync.node.{}", *id), trim(name->get()), place);
      } else {
        sink().problem(place, fmt::format("{} does not name a node; write 1 = \"name\", with corosync's nodeid",
                                          quoted(key.str())));
      }
    }
  }

  // ---- Observations

  void observations(const toml::node& list) {
    if (const auto* one = list.as_table()) return observation(*one);
    const auto* several = list.as_array();
    if (several == nullptr) return wrong_kind("observation", list, "[[observation]]");
    for (const toml::node& element : *several) {
      if (const auto* table = element.as_table()) {
        observation(*table);
      } else {
        wrong_kind("observation", element, "[[observation]]");
      }
    }
  }

  // From the table's header to the last line of its last value.
  Place block(const toml::table& table) const {
    size_t last = line_of(table);
    for (const auto& [key, node] : table) last = std::max<size_t>(last, node.source().end.line);
    Place place = place_of_line(line_of(table));
    const Place end = place_of_line(last);
    if (end.offset >= place.offset) place.length = static_cast<uint32_t>(end.offset + end.length - place.offset);
    return place;
  }

  void observation(const toml::table& table) {
    const Place place = block(table);
    name_unknown_keys(table, kKeys);
    model::Observation seen;
    seen.kind = find_text(table, "kind");
    seen.text = find_text(table, "text");
    if (seen.kind.empty() && seen.text.empty()) return sink().problem(place, "an observation without kind and text");
    if (seen.kind.empty()) {
      sink().problem(place, "an observation without a kind: taken as a note");
      seen.kind = "note";
    } else if (!among(kKinds, seen.kind)) {
      sink().problem(
          place_of_line(line_of(*table.get("kind"))),
          fmt::format("unknown kind {}, kept as it is; known are {}", quoted(seen.kind), fmt::join(kKinds, ", ")));
    }
    seen.sense = find_text(table, "sense");
    seen.source = find_text(table, "source");
    seen.module = find_text(table, "module");
    seen.component = find_text(table, "component");
    const std::string host = find_text(table, "host");
    seen.host = host.empty() ? host_ : sink().intern(host);
    times(table, place, seen);
    seen.cite = {0, place.line, place.offset, place.length};
    sink().observe(std::move(seen));
  }

  void times(const toml::table& table, const Place& place, model::Observation& seen) {
    auto from = find_time(table, "from");
    auto to = find_time(table, "to");
    if (const auto at = find_time(table, "at")) {
      if (from || to) sink().problem(place, R"("at" excludes "from" and "to": only "at" was taken)");
      from = to = at;
    }
    if (from && to && from->utc != to->utc) {
      sink().problem(place, R"("from" and "to" need an offset both or neither: only "from" was taken)");
      to.reset();
    } else if (from && to && to->raw < from->raw) {
      sink().problem(place, R"("to" lies before "from": only "from" was taken)");
      to.reset();
    }
    const auto& known = from ? from : to;
    seen.stream = stream(known && known->utc);
    if (!known) return;
    if (from) seen.from = from->raw;
    if (to) seen.to = to->raw;
    seen.precision = from && to ? coarser(from->precision, to->precision) : known->precision;
  }

  model::StreamId stream(bool utc) {
    std::optional<model::StreamId>& id = utc ? utc_ : local_;
    if (!id) {
      model::Stream stream;
      stream.source = sink().intern("observations");
      stream.host = host_;
      stream.clock = utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
      stream.channel = model::Channel::Person;
      stream.watch = model::Watch::Presence;
      id = sink().open_stream(stream);
    }
    return *id;
  }

  model::StrId host_ = 0;
  std::optional<model::StreamId> utc_;    // times with an offset
  std::optional<model::StreamId> local_;  // times without one, and observations without a time
};

Claim sniff(const Head& head) {
  bool top = true;   // before the first table
  bool ours = true;  // nothing but what this format has
  bool zone = false;
  bool nodes = false;
  for (std::string_view line : head.lines(2'000)) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (const auto table = toml_header(line)) {
      if (*table == "observation") return Claim::Certain;
      top = false;
      ours = ours && (*table == "cluster" || *table == "cluster.nodes");
      nodes = nodes || *table == "cluster.nodes";
    } else {
      const std::string_view key = trim(line.substr(0, line.find('=')));
      if (top && !among(kTopKeys, key)) ours = false;
      zone = zone || key == "timezone";
      nodes = nodes || key == "nodes";
    }
  }
  if (ours && (zone || nodes)) return Claim::Certain;
  // A file of that very name whose contents went wrong is better refused with a reason than left unrecognised.
  const bool text = head.bytes.find('\0') == std::string_view::npos && !trim(head.bytes).empty();
  return text && head.name.ends_with("observations.toml") ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Observations>(sink); }

}  // namespace

extern const Decoder observations_decoder;
const Decoder observations_decoder = {"observations", "observations.toml: what a person saw, heard and did", sniff,
                                      open};

}  // namespace inquest::decode
