// sadf: `sadf -j`, `sadf -d` and `sadf -p`: sysstat's samples for programs. docs/formats/sadf.md
// Source: sysstat sadf.c, sadf_misc.c (render_pcp..., print_json_timestamp()), rndr_stats.c.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/table_text.h"

namespace inquest::decode {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMostSeries = 100'000;
constexpr size_t kMostColumns = 200;
constexpr int kDeepest = 8;

bool is_json(std::string_view bytes) { return trim(bytes.substr(0, 64)).starts_with('{'); }

// Of a column or member: whether it tells rows apart.
bool is_key(std::string_view name) {
  static constexpr std::string_view kKeys[] = {"CPU",  "DEV", "IFACE",      "INTR",       "TTY", "DEVICE", "FAN",
                                               "TEMP", "BUS", "FILESYSTEM", "MOUNTPOINT", "in",  "NODE"};
  return std::ranges::find(kKeys, name) != std::ranges::end(kKeys);
}

class Sadf : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    if (is_json(bytes)) return json(bytes);
    for (const std::string_view line : lines(bytes)) {
      const std::string_view text = trim(line);
      if (text.empty()) continue;
      if (text.starts_with("# ")) {
        columns_ = split(text.substr(2), ';');
        columns_.resize(std::min(columns_.size(), kMostColumns));
      } else if (text.find(';') != std::string_view::npos) {
        row(text);
      } else {
        triple(text);
      }
    }
  }

  // "node-a;600;2026-01-31 22:10:01 UTC;-1;0.50;..." below "# hostname;interval;timestamp;CPU;%user;..."
  void row(std::string_view line) {
    const Place place = place_of(line);
    const auto cells = split(line, ';');
    const auto time = cells.size() > 3 ? time_of(cells[2], place) : std::nullopt;
    if (!time) return sink().problem(place, "a row without a time");
    if (cells.size() == 4 && cells[3].starts_with("LINUX-RESTART")) return event(cells[0], *time, cells[3], place);
    if (cells.size() == 5 && cells[3] == "COM") return event(cells[0], *time, cells[4], place);
    if (cells.size() != columns_.size()) return sink().problem(place, "a row that does not fit its heading");
    std::string tags;
    std::string family = "sar";
    for (size_t i = 3; i < cells.size(); ++i) {
      if (!is_key(columns_[i])) continue;
      family = fmt::format("sar.{}", lower(columns_[i]));
      tags += fmt::format("{}{}={}", tags.empty() ? "" : ",", lower(columns_[i]), cells[i].substr(0, 128));
    }
    for (size_t i = 3; i < cells.size(); ++i) {
      if (is_key(columns_[i])) continue;
      const auto value = parse_double(with_point(cells[i]));
      if (value) sample(cells[0], family, tags, columns_[i], *time, *value, place);
      if (!value) sink().problem(place, "a cell that is no figure");
    }
  }

  // "node-a\t600\t2026-01-31 22:10:01 UTC\tall\t%user\t0.50"
  void triple(std::string_view line) {
    const Place place = place_of(line);
    const auto cells = split(line, '\t');
    const auto time = cells.size() >= 4 ? time_of(cells[2], place) : std::nullopt;
    if (!time) return sink().problem(place, "a row without a time");
    if (cells[3].starts_with("LINUX-RESTART")) return event(cells[0], *time, cells[3], place);
    const auto value = cells.size() == 6 ? parse_double(with_point(cells[5])) : std::nullopt;
    if (!value) return sink().problem(place, "a row that is no figure");
    const std::string tags = cells[3] == "-" ? std::string() : fmt::format("item={}", cells[3].substr(0, 128));
    sample(cells[0], "sar", tags, cells[4], *time, *value, place);
  }

  struct Time {
    Ns ns = 0;
    bool utc = true;
  };

  // "2026-01-31 22:10:01 UTC", without a zone, or seconds since 1970.
  std::optional<Time> time_of(std::string_view text, const Place& place) {
    if (const auto seconds = parse_int<uint32_t>(text)) return Time{static_cast<Ns>(*seconds) * kSecond, true};
    const auto time = parse_iso_time(text);
    if (!time) return std::nullopt;
    const std::string_view zone = trim(text.substr(time->length));
    if (zone == "UTC" || zone == "GMT" || time->offset) return Time{time->utc().value_or(time->local), true};
    if (!zone.empty() && !said_zone_) {
      sink().fact({}, "timezone-abbreviation", zone.substr(0, 16), place);
      said_zone_ = true;
    }
    return Time{time->local, false};
  }

  void json(std::string_view bytes) {
    dom::parser parser;
    dom::element root;
    dom::array hosts;
    const simdjson::padded_string padded(bytes);
    if (parser.parse(padded).get(root) != simdjson::SUCCESS || root["sysstat"]["hosts"].get(hosts) != simdjson::SUCCESS)
      return sink().problem(place_of_line(1), "not the whole of sadf's JSON: nothing of it was read");
    // The parser does not say where things stand; the records cite the line of their time stamp.
    bytes_ = bytes;
    for (const dom::element host : hosts) {
      std::string_view name;
      if (host["nodename"].get(name) != simdjson::SUCCESS) name = {};
      dom::array samples;
      if (host["statistics"].get(samples) == simdjson::SUCCESS) {
        for (const dom::element one : samples) statistics(one, name);
      }
      dom::array restarts;
      if (host["restarts"].get(restarts) == simdjson::SUCCESS) {
        for (const dom::element one : restarts) {
          const auto time = json_time(one["boot"].error() == simdjson::SUCCESS ? one["boot"].value_unsafe() : one);
          if (time) event(name, *time, "LINUX RESTART", place_of_line(1));
        }
      }
    }
  }

  std::optional<Time> json_time(const dom::element& stamp) {
    std::string_view date;
    std::string_view clock;
    int64_t utc = 0;
    if (stamp["date"].get(date) != simdjson::SUCCESS || stamp["time"].get(clock) != simdjson::SUCCESS)
      return std::nullopt;
    if (stamp["utc"].get(utc) != simdjson::SUCCESS) utc = 0;
    const auto time = parse_iso_time(fmt::format("{} {}", date, clock));
    return time ? std::optional(Time{time->local, utc != 0}) : std::nullopt;
  }

  void statistics(const dom::element& one, std::string_view host) {
    dom::element stamp;
    dom::object object;
    if (one["timestamp"].get(stamp) != simdjson::SUCCESS || one.get(object) != simdjson::SUCCESS) return;
    const auto time = json_time(stamp);
    if (!time) return sink().problem(place_of_line(1), "a sample without a time");
    const Place place = next_stamp();
    for (const auto field : object) {
      if (field.key != "timestamp") figures(field.value, std::string(field.key), host, *time, place, 0);
    }
  }

  // Numbers are figures; texts beside them are tags.
  void figures(const dom::element& value, const std::string& family, std::string_view host, const Time& time,
               const Place& place, int depth) {
    if (depth > kDeepest) return;
    dom::array array;
    dom::object object;
    if (value.get(array) == simdjson::SUCCESS) {
      for (const dom::element each : array) figures(each, family, host, time, place, depth + 1);
      return;
    }
    if (value.get(object) != simdjson::SUCCESS) return;
    std::string tags;
    for (const auto member : object) {
      std::string_view text;
      if (member.value.get(text) == simdjson::SUCCESS && tags.size() < 512)
        tags += fmt::format("{}{}={}", tags.empty() ? "" : ",", member.key.substr(0, 64), text.substr(0, 128));
    }
    for (const auto member : object) {
      double number = 0;
      if (member.value.is_string() || member.value.is_null()) continue;
      if (member.value.get(number) == simdjson::SUCCESS) {
        sample(host, fmt::format("sar.{}", family), tags, member.key.substr(0, 64), time, number, place);
      } else {
        figures(member.value, std::string(member.key.substr(0, 64)), host, time, place, depth + 1);
      }
    }
  }

  // The place of the next "timestamp" in the text.
  Place next_stamp() {
    const size_t at = bytes_.find("\"timestamp\"", stamp_at_);
    if (at == std::string_view::npos) return place_of_line(1);
    stamp_at_ = at + 1;
    const std::string_view rest = bytes_.substr(at);
    return place_of(rest.substr(0, std::min(rest.find_first_of("\r\n"), size_t{256})));
  }

  void event(std::string_view host, const Time& time, std::string_view text, const Place& place) {
    EventRecord event;
    event.stream = stream(time.utc);
    event.time = time.ns;
    event.place = place;
    event.host = sink().intern(host);
    event.ident = sink().intern("sadc");
    event.message = text;
    event.text_at = EventRecord::kStored;
    sink().event(event);
  }

  void sample(std::string_view host, std::string_view family, std::string_view tags, std::string_view field,
              const Time& time, double value, const Place& place) {
    const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", host, family, tags, field, time.utc);
    auto known = series_.find(key);
    if (known == series_.end()) {
      if (series_.size() == kMostSeries)
        return sink().problem(place, "more series than are kept: samples of further ones are left out");
      known = series_.emplace(key, sink().series(sink().intern(host), family, tags, field, stream(time.utc))).first;
    }
    sink().sample(known->second, time.ns, value, place);
  }

  model::StreamId stream(bool utc) {
    auto& known = streams_[utc ? 0 : 1];
    if (!known) {
      model::Stream fresh;
      fresh.source = sink().intern("sysstat");
      fresh.clock = utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
      fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
      known = sink().open_stream(fresh);
    }
    return *known;
  }

  std::string_view bytes_;
  size_t stamp_at_ = 0;
  std::vector<std::string_view> columns_;
  std::array<std::optional<model::StreamId>, 2> streams_;
  std::map<std::string, model::SeriesId> series_;
  bool said_zone_ = false;
};

Claim sniff(const Head& head) {
  if (is_json(head.bytes))
    return trim(head.bytes.substr(0, 64)).substr(1).find("\"sysstat\"") < 8 ? Claim::Certain : Claim::No;
  for (const std::string_view line : head.lines(3)) {
    if (line.starts_with("# hostname;interval;timestamp;")) return Claim::Certain;
    const auto cells = split(line, '\t');
    const bool shape = cells.size() == 6 && parse_int<int64_t>(cells[1]) && parse_iso_time(cells[2]) &&
                       parse_double(with_point(cells[5]));
    if (shape) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Sadf>(sink); }

}  // namespace

extern const Decoder sadf_decoder;
const Decoder sadf_decoder{"sadf", "sadf -j, -d, -p: sysstat's samples for programs", sniff, open};

}  // namespace inquest::decode
