#include "decode/log_text.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>

namespace inquest::decode {
namespace {

// What a record may grow to by lines without a header. More than that is another kind of text.
constexpr uint64_t kLongestRecord = 64 * 1024;
constexpr size_t kMostZones = 16;
constexpr size_t kMostStreams = 4096;  // boots in one file, as a rule
// Monotonic stamps come in the order of arrival, in which no source is late by so much.
constexpr Ns kMonotonicDisorder = 10 * kSecond;

constexpr std::string_view kNoMessages = "Hint: You are currently not seeing messages from other users";

bool hex_id(std::string_view text) {
  return text.size() == 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// The boot id in "-- Boot 0123456789abcdef0123456789abcdef --"; empty in "-- Reboot --". Nothing for another text.
std::optional<std::string_view> boot_separator(std::string_view text) {
  if (text == "-- Reboot --") return std::string_view{};
  static constexpr std::string_view kBoot = "-- Boot ";
  if (!text.starts_with(kBoot) || !text.ends_with(" --")) return std::nullopt;
  const std::string_view id = text.substr(kBoot.size(), text.size() - kBoot.size() - 3);
  return hex_id(id) ? std::optional(id) : std::nullopt;
}

struct Extent {
  std::string_view begins;
  std::string_view ends;
};

// "-- Journal begins at Fri 2026-01-30 12:00:00 UTC, ends at Sat 2026-01-31 23:17:01 UTC. --", and before that
// "-- Logs begin at ..., end at .... --".
std::optional<Extent> extent(std::string_view text) {
  for (const auto& [begin, end] :
       {Extent{"-- Journal begins at ", ", ends at "}, Extent{"-- Logs begin at ", ", end at "}}) {
    if (!text.starts_with(begin)) continue;
    const size_t middle = text.find(end);
    const size_t close = text.rfind(". --");
    if (middle == std::string_view::npos || close == std::string_view::npos || close < middle + end.size())
      return std::nullopt;
    return Extent{text.substr(begin.size(), middle - begin.size()),
                  text.substr(middle + end.size(), close - middle - end.size())};
  }
  return std::nullopt;
}

// Lines that only journalctl writes between records.
bool journal_marker(std::string_view text) {
  return text == "-- No entries --" || boot_separator(text) || extent(text) || text == "No journal files were found.";
}

// Explanations that `journalctl -x` puts behind a record, one of these at the front of each line.
bool catalog(std::string_view text) {
  return text == "--" || text.starts_with("-- ") || text.starts_with("\xE2\x96\x91\xE2\x96\x91");
}

bool indented(std::string_view text) { return text.starts_with(' ') || text.starts_with('\t'); }

// Only journalctl prints these: weekday and year, seconds since 1970, microseconds of a yearless date, an offset
// without colon, or one without a fraction.
bool journal_header(std::string_view text, const LogLine& line) {
  const Stamp& stamp = line.stamp;
  if (line.pri || line.ident.empty()) return false;
  switch (stamp.form) {
    case StampForm::Full:
    case StampForm::Unix:
    case StampForm::Monotonic: return true;
    case StampForm::Bsd: return stamp.precision == Precision::Micro;
    case StampForm::Iso: {
      if (!stamp.utc) return false;
      const std::string_view offset = text.substr(stamp.length >= 6 ? stamp.length - 6 : 0, 6);
      const bool colon = (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
      const bool basic = offset[1] == '+' || offset[1] == '-';
      return basic || (colon && stamp.precision == Precision::Second);
    }
    default: return false;
  }
}

// A name, not any word: "pve", "node-1.example.org", "192.0.2.1", "fe80::1", "(none)".
bool plausible_host(std::string_view host) {
  static constexpr std::string_view kLevels[] = {"TRACE",   "DEBUG", "INFO",  "NOTICE", "WARN",
                                                 "WARNING", "ERROR", "FATAL", "LOG"};
  if (std::ranges::find(kLevels, host) != std::end(kLevels)) return false;  // "2026-02-09T07:55:07Z INFO app: ready"
  return host == "(none)" || std::ranges::all_of(host, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
         });
}

}  // namespace

LogSurvey survey(const Head& head) {
  LogSurvey out;
  LogLineParser parser;
  LogLine line;
  std::string_view monotonic_host;
  size_t monotonic = 0;
  size_t same_host = 0;
  size_t programs = 0;
  size_t untagged = 0;
  for (const std::string_view text : head.lines()) {
    if (text.empty() || indented(text)) continue;
    if (journal_marker(text) || text.starts_with(kNoMessages)) {
      ++out.markers;
      ++out.lines;
      continue;
    }
    if (catalog(text)) continue;
    ++out.lines;
    if (!parser.parse(text, line) || !plausible_host(line.host)) continue;
    if (line.stamp.form == StampForm::Monotonic) {
      // "[   12.345678] usb 1-1: new device" of a kernel log has this shape too. In a journal the same host stands in
      // each line, and most programs have a process id or are the kernel.
      ++monotonic;
      if (monotonic == 1) monotonic_host = line.host;
      if (line.host == monotonic_host) ++same_host;
      if (line.pid || line.ident == "kernel") ++programs;
      continue;
    }
    if (line.ident.empty() && !line.rfc5424) {
      // "host last message repeated 2 times" among other lines; alone, a date and words are some other program's log.
      if (line.stamp.form == StampForm::Bsd) ++untagged;
      continue;
    }
    const bool zoneless = line.stamp.form == StampForm::Iso && !line.stamp.utc && !line.pri;
    if (zoneless && !line.pid && line.ident != "kernel") continue;
    ++(journal_header(text, line) ? out.journal : out.syslog);
  }
  if (out.syslog != 0) out.syslog += untagged;
  if (!monotonic_host.empty() && 10 * same_host >= 9 * monotonic && 2 * programs >= monotonic) out.journal += monotonic;
  return out;
}

void LogText::line(std::string_view text, const Place& place) {
  LogLine parsed;
  if (parser_.parse(text, parsed)) {
    record(text, parsed, place);
    return;
  }
  if (text.empty() || marker(text, place)) return;
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

bool LogText::marker(std::string_view text, const Place& place) {
  if (const auto boot = boot_separator(text)) {
    begin_boot(*boot);
    return true;
  }
  if (const auto found = extent(text)) {
    sink().fact({}, "journal.begins", found->begins, place);
    sink().fact({}, "journal.ends", found->ends, place);
    origin_ = LogOrigin::Journal;
    return true;
  }
  if (text.starts_with("Hint: ")) {
    notice_ = true;
    if (text.starts_with(kNoMessages)) {
      sink().problem(place,
                     "journalctl was run by a user who may not see all messages: \"Hint: You are currently not seeing "
                     "messages from other users and the system\"");
    }
    return true;
  }
  if (notice_ && indented(text)) return true;
  notice_ = false;
  if (journal_marker(text)) {
    origin_ = LogOrigin::Journal;
    return true;
  }
  return origin_ == LogOrigin::Journal && catalog(text);
}

void LogText::begin_boot(std::string_view boot_id) {
  origin_ = LogOrigin::Journal;
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
  model::Event& event = sink().into().events[last_event_];
  const uint64_t length = place.offset + place.length - event.offset;
  if (length > kLongestRecord) {
    sink().problem(place, "text that belongs to no log line");
    last_event_ = model::kNoEvent;
    return;
  }
  event.length = static_cast<uint32_t>(length);
}

void LogText::name_zone(const LogLine& parsed, const Place& place) {
  const model::StrId zone = sink().intern(parsed.stamp.zone);
  if (zones_.size() == kMostZones || std::ranges::find(zones_, zone) != zones_.end()) return;
  zones_.push_back(zone);
  sink().fact(parsed.host, "timezone-abbreviation", parsed.stamp.zone, place);
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
