#include "decode/log_text.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "decode/journal_marker.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostZones = 16;
constexpr size_t kMostStreams = 4096;  // boots in one file, as a rule
// Monotonic stamps come in the order of arrival, in which no source is late by so much.
constexpr Ns kMonotonicDisorder = 10 * kSecond;

bool indented(std::string_view text) { return text.starts_with(' ') || text.starts_with('\t'); }

}  // namespace

void LogText::line(std::string_view text, const Place& place) {
  LogLine parsed;
  if (parser_.parse(text, parsed)) {
    record(text, parsed, place);
    return;
  }
  if (text.empty() || remark(text, place)) return;
  without_header(text, place);
}

void LogText::record(std::string_view text, const LogLine& parsed, const Place& place) {
  Slot* const slot = slot_for(parsed.stamp);
  const auto time = slot == nullptr ? std::nullopt : raw_time(*slot, parsed.stamp);
  if (!time) {
    sink().problem(place, fmt::format("more than {} boots or clocks: the rest was not read", kMostStreams));
    return;
  }
  EventRecord event;
  event.time = *time;
  event.stream = slot->stream;
  event.place = place;
  if (parsed.host != host_name_) {
    host_ = sink().intern(parsed.host);
    host_name_ = sink().into().str(host_);
  }
  event.host = host_;
  std::string_view ident = parsed.ident;
  if (parsed.stamp.form == StampForm::Full) {
    // `-o with-unit` prints "corosync.service[1374]" and "init.scope[1]" where others print the program.
    ident = ident.substr(0, ident.find('/'));
    if (ident == "init.scope") ident = "systemd";
    if (ident.ends_with(".service")) ident.remove_suffix(8);
  }
  event.ident = sink().intern(ident);
  event.severity = parsed.severity;
  event.message = parsed.message;
  event.text_at = parsed.text_at(text);
  last_event_ = sink().event(event);
  scope_.note(event.host, event.ident);
  notice_ = false;
  if (!parsed.stamp.zone.empty()) name_zone(parsed, place);
  if (parsed.stamp.offset && parsed.stamp.offset != offset_) name_offset(parsed, place);
}

LogText::Slot* LogText::slot_for(const Stamp& stamp) {
  Clock clock = Wall;
  if (stamp.form == StampForm::Absent) clock = None;
  if (stamp.form == StampForm::Monotonic) clock = Monotonic;
  if (stamp.form == StampForm::Bsd) clock = Yearless;
  if (stamp.utc) clock = Utc;
  const bool fraction = stamp.precision < Precision::Second;
  Slot& slot = slots_[2 * static_cast<size_t>(clock) + (fraction ? 1 : 0)];
  const bool again = clock == Monotonic && stamp.time < slot.last - kMonotonicDisorder;
  if (!slot.open || again) return open(slot, clock, stamp.precision) ? &slot : nullptr;
  model::Stream& stream = sink().stream(slot.stream);
  if (stamp.precision < stream.precision)
    stream.precision = stamp.precision;  // some programs leave out zeros at the end
  return &slot;
}

bool LogText::open(Slot& slot, Clock clock, Precision precision) {
  if (streams_.size() == kMostStreams) return false;
  model::Stream stream;
  stream.boot_id = boot_id_;
  stream.precision = precision;
  stream.yearless = clock == Yearless;
  switch (clock) {
    case Utc: stream.clock = model::ClockDomain::Utc; break;
    case Wall:
    case Yearless: stream.clock = model::ClockDomain::LocalWall; break;
    case Monotonic: stream.clock = model::ClockDomain::Monotonic; break;
    default: stream.clock = model::ClockDomain::None; break;
  }
  slot = {true, sink().open_stream(stream), {}, 0};
  streams_.push_back(slot.stream);
  return true;
}

std::optional<Ns> LogText::raw_time(Slot& slot, const Stamp& stamp) {
  slot.last = stamp.time;
  if (stamp.form != StampForm::Bsd) return stamp.time;
  if (const auto time = slot.years.raw(stamp.time)) return time;
  // The year that this is counted as has no such day: count anew.
  return open(slot, Yearless, stamp.precision) ? slot.years.raw(stamp.time) : std::nullopt;
}

// What journalctl says between records: true for such a line, and for the lines that explain it.
bool LogText::remark(std::string_view text, const Place& place) {
  using Kind = JournalMarker::Kind;
  if (const auto marker = journal_marker(text)) {
    origin_ = LogOrigin::Journal;
    if (marker->kind == Kind::Boot) begin_boot(marker->boot_id);
    if (marker->kind == Kind::Extent) {
      sink().fact({}, "journal.begins", marker->begins, place);
      sink().fact({}, "journal.ends", marker->ends, place);
    }
    if (marker->kind == Kind::Hidden) {
      notice_ = true;
      sink().problem(place,
                     "journalctl was run by a user who may not see all messages: \"Hint: You are currently not seeing "
                     "messages from other users and the system\"");
    }
    return true;
  }
  if (notice_ && indented(text)) return true;
  notice_ = false;
  return origin_ == LogOrigin::Journal && is_catalog_line(text);
}

void LogText::begin_boot(std::string_view boot_id) {
  boot_id_ = sink().intern(boot_id);
  slots_ = {};
  last_event_ = model::kNoEvent;
}

void LogText::without_header(std::string_view text, const Place& place) {
  if (!indented(text) && looks_like_header(text)) {
    sink().problem(place, "a line with a time but without a log line's header");
    last_event_ = model::kNoEvent;
    return;
  }
  if (last_event_ == model::kNoEvent) {
    sink().problem(place, "text that belongs to no log line");
    return;
  }
  // More than that is another kind of text.
  if (sink().extend(last_event_, place)) return;
  sink().problem(place, "text that belongs to no log line");
  last_event_ = model::kNoEvent;
}

void LogText::name_zone(const LogLine& parsed, const Place& place) {
  const model::StrId zone = sink().intern(parsed.stamp.zone);
  if (zones_.size() == kMostZones || std::ranges::find(zones_, zone) != zones_.end()) return;
  zones_.push_back(zone);
  sink().fact(parsed.host, "timezone-abbreviation", parsed.stamp.zone, place);
}

// Twice a year it changes; a log that changes it with each line was gathered from several places, and says nothing.
void LogText::name_offset(const LogLine& parsed, const Place& place) {
  constexpr int kMostOffsets = 2;
  offset_ = parsed.stamp.offset;
  if (++offsets_ > kMostOffsets) return;
  const Ns minutes = *offset_ / kMinute;
  sink().fact(parsed.host, "timezone-offset",
              fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60),
              place);
}

void LogText::end() {
  const bool journal = origin_ == LogOrigin::Journal;
  if (journal) sink().set_kind("journalctl");
  const model::StrId source = sink().intern(journal ? "journal" : "syslog");
  const model::Watch watch = scope_.watch();
  for (const model::StreamId id : streams_) {
    model::Stream& stream = sink().stream(id);
    stream.source = source;
    stream.host = scope_.only_host();
    stream.channel = scope_.channel();
    stream.watch = watch;
  }
}

}  // namespace inquest::decode
