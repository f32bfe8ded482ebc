// ups_log: what a UPS did: apcupsd.events, and NUT's upslog. docs/formats/ups_log.md
// Source: apcupsd src/apcevents.c; NUT clients/upslog.c (the default format), upslog(8).
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/landmark_table.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

struct Line {
  Ns time = 0;
  bool utc = false;
  std::string_view message;
  Ns offset = 0;  // of the host's zone, where it is printed
};

// "2026-01-31 23:10:02 +0100  Power failure."
std::optional<Line> parse_apc(std::string_view line) {
  const auto time = parse_iso_time(line);
  if (!time || !time->offset || time->length >= line.size()) return std::nullopt;
  return Line{*time->utc(), true, trim(line.substr(time->length)), *time->offset};
}

// Changes of power are landmarks; others that only apcupsd writes are its own start and end.
bool of_apcupsd(std::string_view message) {
  return find_landmark(Voice::Ups, message) || message.starts_with("apcupsd ");
}

// "20260131 231002 98 0.0 21 [OB] NA 0.0": time, charge, input voltage, load, status, temperature, frequency.
struct Reading {
  Ns time = 0;
  std::string_view status;
  std::optional<double> charge;
  std::optional<double> voltage;
  std::optional<double> load;
};
std::optional<Reading> parse_nut(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 6 || words[0].size() != 8 || words[1].size() != 6) return std::nullopt;
  Civil civil;
  const auto date = parse_int<int>(words[0]);
  const auto clock = parse_int<int>(words[1]);
  if (!date || !clock || *date < 19'800'000 || *clock < 0) return std::nullopt;
  civil.year = *date / 10'000;
  civil.month = *date / 100 % 100;
  civil.day = *date % 100;
  civil.hour = *clock / 10'000;
  civil.minute = *clock / 100 % 100;
  civil.second = *clock % 100;
  const auto time = from_civil(civil);
  const auto status = std::ranges::find_if(words, [](std::string_view word) { return word.starts_with('['); });
  if (!time || status - words.begin() < 5) return std::nullopt;
  Reading out;
  out.time = *time;
  const size_t open = line.find('[');
  const size_t close = line.find(']', open);
  if (close == std::string_view::npos) return std::nullopt;
  out.status = line.substr(open + 1, close - open - 1);
  out.charge = parse_double(words[2]);
  out.voltage = parse_double(words[3]);
  out.load = parse_double(words[4]);
  return out;
}

class UpsLog : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto apc = parse_apc(text)) {
      name_offset(apc->offset, place);
      event(apc->time, true, "apcupsd", text, apc->message, find_landmark(Voice::Ups, apc->message).has_value(), place);
    } else if (const auto nut = parse_nut(text)) {
      reading(*nut, text, place);
    } else {
      sink().problem(place, "a line that is no event and no reading of a UPS");
    }
  }

  void reading(const Reading& read, std::string_view text, const Place& place) {
    const model::StreamId stream = open(false, "upslog");
    const auto sample = [&](std::string_view field, const std::optional<double>& value) {
      if (value) sink().sample(sink().series(0, "ups", {}, field, stream), read.time, *value, place);
    };
    sample("battery.charge", read.charge);
    sample("input.voltage", read.voltage);
    sample("ups.load", read.load);
    if (read.status == status_) return;
    // The first status says how things stand; only a change is an event of power.
    const std::string what = status_.empty() ? fmt::format("the UPS says {}", read.status)
                                             : fmt::format("the UPS says {}, after {}", read.status, status_);
    const bool changed = !status_.empty();
    status_ = std::string(read.status.substr(0, 64));
    const auto id = event(read.time, false, "upslog", text, what, changed, place);
    if (changed) sink().landmark(model::LandmarkKind::HardwareEvent, id, what);
  }

  // `message` is the end of `text`, or a text of our own.
  model::EventId event(Ns time, bool utc, std::string_view source, std::string_view text, std::string_view message,
                       bool warn, const Place& place) {
    EventRecord record;
    record.stream = open(utc, source);
    record.time = time;
    record.place = place;
    record.ident = sink().intern(source);
    record.severity = warn ? model::Severity::Warning : model::Severity::Info;
    record.message = message;
    record.text_at =
        text.ends_with(message) ? static_cast<uint32_t>(text.size() - message.size()) : EventRecord::kStored;
    return sink().event(record);
  }

  // The host's zone, for its logs that name none. Twice a year it changes.
  void name_offset(Ns offset, const Place& place) {
    constexpr int kMostOffsets = 2;
    if (offset == offset_ || ++offsets_ > kMostOffsets) return;
    offset_ = offset;
    const Ns minutes = offset / kMinute;
    sink().fact({}, "timezone-offset",
                fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60),
                place);
  }

  model::StreamId open(bool utc, std::string_view source) {
    auto& known = utc ? utc_ : wall_;
    if (!known) {
      model::Stream fresh;
      fresh.source = sink().intern(source);
      fresh.clock = utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
      if (!utc) fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
      known = sink().open_stream(fresh);
    }
    return *known;
  }

  std::optional<model::StreamId> utc_;
  std::optional<model::StreamId> wall_;
  std::optional<Ns> offset_;
  int offsets_ = 0;
  std::string status_;
};

Claim sniff(const Head& head) {
  size_t own = 0;
  size_t lines = 0;
  for (const std::string_view line : head.lines(60)) {
    if (trim(line).empty()) continue;
    ++lines;
    const auto apc = parse_apc(line);
    if ((apc && of_apcupsd(apc->message)) || parse_nut(line)) ++own;
  }
  return own != 0 && own * 2 >= lines ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<UpsLog>(sink); }

}  // namespace

extern const Decoder ups_log_decoder;
const Decoder ups_log_decoder{"ups_log", "apcupsd.events, upslog: what a UPS did", sniff, open};

}  // namespace inquest::decode
