#include "record/journal_stream.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"

namespace inquest::record {
namespace {

constexpr size_t kLongestName = 64;       // journal_field_valid() in systemd's src/libsystemd/sd-journal/journal-file.c
constexpr uint64_t kLargest = 768 << 20;  // DATA_SIZE_MAX in systemd's src/basic/journal-importer.h
constexpr size_t kLongestLine = kLongestName + 1 + JournalStream::kLongestValue;

bool field_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && (name[0] < '0' || name[0] > '9') &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::string_view JournalStreamEntry::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<Ns> JournalStreamEntry::realtime() const {
  const auto us = parse_int<int64_t>(field("__REALTIME_TIMESTAMP"));
  // Nanoseconds end in 2262.
  if (!us || *us < 0 || *us > 9'200'000'000'000'000) return std::nullopt;
  return *us * kMicro;
}

void JournalStream::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    size_t used = 0;
    switch (state_) {
      case State::Line: used = line(bytes, take); break;
      case State::Size: used = size(bytes); break;
      case State::Data: used = data(bytes); break;
      case State::DataEnd:
        // Without the newline the size was damaged, and what follows is anything.
        if (bytes[0] == '\n') used = 1;
        if (used == 0) ++malformed_;
        add(name_, value_, value_lost_);
        state_ = State::Line;
        break;
    }
    bytes.remove_prefix(used);
  }
}

void JournalStream::finish(const Take& take) {
  if (state_ == State::Line) {
    if (!line_.empty()) end_line(take);
  } else {
    ++malformed_;
    if (state_ != State::Size) add(name_, value_, value_lost_ + remaining_);
  }
  state_ = State::Line;
  end_entry(take);
}

size_t JournalStream::line(std::string_view bytes, const Take& take) {
  const size_t end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end);
  const size_t kept = std::min(part.size(), kLongestLine - std::min(line_.size(), kLongestLine));
  line_ += part.substr(0, kept);
  line_lost_ += part.size() - kept;
  if (end == std::string_view::npos) return bytes.size();
  end_line(take);
  return end + 1;
}

void JournalStream::end_line(const Take& take) {
  const size_t equals = line_.find('=');
  if (line_.empty()) {
    end_entry(take);
  } else if (equals != std::string::npos && field_name(std::string_view(line_).substr(0, equals))) {
    add(std::string_view(line_).substr(0, equals), std::string_view(line_).substr(equals + 1), line_lost_);
  } else if (field_name(line_)) {
    name_ = line_;
    value_.clear();
    value_lost_ = 0;
    state_ = State::Size;
  } else {
    ++malformed_;
  }
  line_.clear();
  line_lost_ = 0;
}

size_t JournalStream::size(std::string_view bytes) {
  const size_t used = std::min(bytes.size(), sizeof(uint64_t) - value_.size());
  value_ += bytes.substr(0, used);
  if (value_.size() < sizeof(uint64_t)) return used;
  remaining_ = *Cursor(value_).read<uint64_t>();
  state_ = remaining_ == 0 ? State::DataEnd : State::Data;
  if (remaining_ > kLargest) {
    ++malformed_;
    state_ = State::Line;
  }
  value_.clear();
  return used;
}

size_t JournalStream::data(std::string_view bytes) {
  const size_t used = std::min<uint64_t>(bytes.size(), remaining_);
  const size_t kept = std::min(used, kLongestValue - value_.size());
  value_ += bytes.substr(0, kept);
  value_lost_ += used - kept;
  remaining_ -= used;
  if (remaining_ == 0) state_ = State::DataEnd;
  return used;
}

void JournalStream::add(std::string_view name, std::string_view value, uint64_t lost) {
  entry_.lost_bytes += lost;
  const size_t bytes = name.size() + value.size();
  if (entry_.fields.size() >= kMostFields || entry_bytes_ + bytes > kLongestEntry) {
    entry_.lost_bytes += bytes;
    return;
  }
  entry_bytes_ += bytes;
  entry_.fields.emplace_back(name, value);
}

void JournalStream::end_entry(const Take& take) {
  if (!entry_.fields.empty()) take(std::move(entry_));
  entry_ = {};
  entry_bytes_ = 0;
}

store::Event journal_event(JournalStreamEntry&& entry, const std::string& peer, Ns received) {
  store::Event event;
  event.time = entry.realtime().value_or(received);
  event.received = received;
  event.source = "journal";
  event.fields.reserve(entry.fields.size() + 1);
  event.fields.emplace_back("peer", peer);
  if (entry.lost_bytes != 0) event.fields.emplace_back("lost_bytes", fmt::format("{}", entry.lost_bytes));
  const bool named = !entry.field("SYSLOG_IDENTIFIER").empty();
  const bool timed = entry.realtime().has_value();
  bool message = false;
  for (auto& [name, value] : entry.fields) {
    if (name == "MESSAGE" && !message) {
      event.message = std::move(value);
      message = true;
    } else if (name == "PRIORITY" && event.severity == 8 && value.size() == 1 && value[0] >= '0' && value[0] <= '7') {
      event.severity = static_cast<uint8_t>(value[0] - '0');
    } else if (name == "_HOSTNAME" && event.host.empty()) {
      event.host = std::move(value);
    } else if (name == (named ? "SYSLOG_IDENTIFIER" : "_COMM") && event.ident.empty()) {
      event.ident = std::move(value);
    } else if (name != "__REALTIME_TIMESTAMP" || !timed) {
      event.fields.emplace_back(std::move(name), std::move(value));
    }
  }
  if (event.host.empty()) event.host = peer;
  return event;
}

}  // namespace inquest::record
