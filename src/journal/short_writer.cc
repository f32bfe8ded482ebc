#include "journal/short_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "journal/full_time.h"
#include "journal/payload.h"
#include "journal/plain_message.h"
#include "journal/printable.h"

namespace inquest::journal {
namespace {

constexpr size_t kLongestWord = 300;  // PRINT_CHAR_THRESHOLD of systemd's src/shared/logs-show.c
constexpr uint64_t kMicros = 1'000'000;

// "1.2K": FORMAT_BYTES() of systemd's src/basic/format-util.h.
std::string format_bytes(uint64_t bytes) {
  static constexpr std::string_view kUnits = "KMGTPE";
  uint64_t factor = 1;
  size_t unit = 0;
  while (unit < kUnits.size() && bytes / factor >= 1024) {
    factor *= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{}B", bytes);
  return fmt::format("{}.{}{}", bytes / factor, bytes / (factor / 1024) * 10 / 1024 % 10, kUnits[unit - 1]);
}

std::optional<uint64_t> valid_time(std::string_view text) {
  const auto time = parse_int<uint64_t>(text);
  return time && *time < kTimeLimit ? time : std::nullopt;
}

}  // namespace

ShortWriter::Kind ShortWriter::kind_of(std::string_view payload, size_t& value_at) {
  static constexpr std::array<std::string_view, kKinds> kNames = {"_PID=",
                                                                  "_COMM=",
                                                                  "MESSAGE=",
                                                                  "_HOSTNAME=",
                                                                  "SYSLOG_PID=",
                                                                  "SYSLOG_IDENTIFIER=",
                                                                  "_SOURCE_REALTIME_TIMESTAMP=",
                                                                  "_SOURCE_MONOTONIC_TIMESTAMP="};
  value_at = 0;
  if (payload.size() < 2) return kKinds;
  for (uint8_t i = 0; i < kKinds; ++i) {
    // Two letters tell most fields apart without a call.
    if (payload[0] != kNames[i][0] || payload[1] != kNames[i][1] || !payload.starts_with(kNames[i])) continue;
    value_at = kNames[i].size();
    return static_cast<Kind>(i);
  }
  return kKinds;
}

bool ShortWriter::gather(JournalFile& file, const Entry& entry) {
  for (Value& value : values_) value.there = false;
  newcomers_.clear();
  bool whole = true;
  // Of several messages, short shows the last and cat the first.
  const auto wanted = [&](Kind kind) {
    return kind != kKinds && !(kind == kMessage && mode_ == OutputMode::Cat && values_[kMessage].there);
  };
  for (uint32_t i = 0; i < entry.item_count; ++i) {
    const uint64_t offset = entry.item(i);
    if (const ItemCache::Slot* const known = cache_.find(file.index(), offset)) {
      if (const auto kind = static_cast<Kind>(known->tag); wanted(kind)) {
        values_[kind].there = true;
        values_[kind].text = known->text;
      }
      continue;
    }
    const auto data = file.data(offset);
    const auto payload = data ? file.payload(*data, scratch_, kLargestPayload) : std::nullopt;
    if (!payload) {
      whole = false;
      continue;
    }
    size_t value_at = 0;
    const Kind kind = kind_of(*payload, value_at);
    std::string_view value = kind == kKinds ? std::string_view() : payload->substr(value_at);
    if (wanted(kind)) {
      if (data->flags != 0) value = values_[kind].inflated = value;
      values_[kind].there = true;
      values_[kind].text = value;
    } else if (data->flags != 0 && kind != kKinds) {
      continue;  // its text goes with the next one that is inflated
    }
    if (data->entries > 1) newcomers_.push_back({offset, kind, value});
  }
  return whole;
}

bool ShortWriter::write(JournalFile& file, const Entry& entry, std::string& out) {
  const bool whole = gather(file, entry);
  if (!values_[kMessage].there) return whole;
  if (mode_ == OutputMode::Cat) {
    write_cat(out);
  } else {
    write_short(entry, out);
  }
  for (const Newcomer& newcomer : newcomers_)
    cache_.keep(file.index(), newcomer.offset, newcomer.kind, 0, newcomer.text);
  return whole;
}

void ShortWriter::append_line(std::string_view line, std::string& out) const {
  if (safe_) {
    out += printable(line);
  } else {
    out += line;
  }
  out += '\n';
}

void ShortWriter::write_cat(std::string& out) const {
  std::string_view rest = values_[kMessage].text;
  if (!safe_) return append_line(rest, out);
  while (true) {
    const size_t end = rest.find('\n');
    append_line(rest.substr(0, end), out);
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

void ShortWriter::append_time(const Entry& entry, std::string& out) {
  if (mode_ == OutputMode::ShortMonotonic) {
    const Value& source = values_[kMonotonic];
    const uint64_t time = (source.there ? valid_time(source.text) : std::nullopt).value_or(entry.monotonic);
    fmt::format_to(std::back_inserter(out), "[{:5}.{:06}]", time / kMicros, time % kMicros);
    return;
  }
  const Value& source = values_[kRealtime];
  auto given = source.there ? valid_time(source.text) : std::nullopt;
  if (given && *given == 0) given.reset();
  const uint64_t time = given.value_or(entry.realtime);
  if (mode_ == OutputMode::ShortFull) {
    out += full_time(time, zone_);
    return;
  }
  if (mode_ == OutputMode::ShortUnix) {
    fmt::format_to(std::back_inserter(out), "{:10}.{:06}", time / kMicros, time % kMicros);
    return;
  }
  set_minute(time / kMicros / 60);
  const auto second = static_cast<size_t>(time / kMicros % 60);
  out += stamp_;
  out += static_cast<char>('0' + second / 10);
  out += static_cast<char>('0' + second % 10);
  if (mode_ == OutputMode::ShortPrecise || mode_ == OutputMode::ShortIsoPrecise)
    fmt::format_to(std::back_inserter(out), ".{:06}", time % kMicros);
  out += stamp_tail_;
}

// No zone's offset has seconds within the times that a journal has, so what stands before the seconds holds for a
// minute.
void ShortWriter::set_minute(uint64_t minute) {
  if (minute == minute_) return;
  minute_ = minute;
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // What does not fit into nanoseconds (the year 2262) shows the last that does.
  const Ns utc = static_cast<Ns>(std::min<uint64_t>(minute, 153'716'666)) * kMinute;
  const Ns offset = zone_.offset_at(utc);
  const Civil c = to_civil(utc + offset);
  stamp_tail_.clear();
  if (mode_ == OutputMode::ShortIso || mode_ == OutputMode::ShortIsoPrecise) {
    const Ns minutes = std::abs(offset) / kMinute;
    stamp_ = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:", c.year, c.month, c.day, c.hour, c.minute);
    stamp_tail_ = fmt::format("{}{:02}{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
  } else {
    stamp_ = fmt::format("{} {:02} {:02}:{:02}:", kMonths[static_cast<size_t>(c.month - 1)], c.day, c.hour, c.minute);
  }
}

// output_short() of systemd's src/shared/logs-show.c, without colours and links.
void ShortWriter::write_short(const Entry& entry, std::string& out) {
  const size_t begin = out.size();
  const auto shown = [&](Kind kind) {
    const Value& value = values_[kind];
    return value.there && value.text.size() < kLongestWord && is_printable(value.text, true);
  };
  const auto word = [&](Kind kind) {
    if (safe_) {
      out += printable(values_[kind].text);
    } else {
      out += values_[kind].text;
    }
  };
  append_time(entry, out);
  if (shown(kHostname)) {
    out += ' ';
    word(kHostname);
  }
  // journalctl does not count the word " unknown" when it indents the further lines.
  size_t uncounted = 0;
  if (const Kind name = shown(kIdentifier) ? kIdentifier : kComm; shown(name)) {
    out += ' ';
    word(name);
  } else {
    out += " unknown";
    uncounted = 8;
  }
  if (const Kind pid = shown(kPid) ? kPid : kSyslogPid; shown(pid)) {
    out += '[';
    word(pid);
    out += ']';
  }
  out += ": ";
  append_message(out.size() - begin - uncounted, out);
}

void ShortWriter::append_message(size_t indent, std::string& out) {
  std::string_view message = values_[kMessage].text;
  if (is_plain(message)) {
    out += message;
    out += '\n';
    return;
  }
  if (needs_plainer(message)) {
    stripped_ = plainer(message);
    message = stripped_;
  }
  if (!is_printable(message, true)) {
    out += '[';
    out += format_bytes(message.size());
    out += " blob data]\n";
    return;
  }
  if (message.empty()) out += '\n';
  for (bool first = true; !message.empty(); first = false) {
    const size_t end = message.find('\n');
    if (!first) out.append(indent, ' ');
    append_line(message.substr(0, end), out);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
}

}  // namespace inquest::journal
