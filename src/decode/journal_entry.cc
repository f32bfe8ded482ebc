#include "decode/journal_entry.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/boot_id.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostStreams = 4096;
// What fits into nanoseconds since 1970: the year 2262.
constexpr uint64_t kLatest = 9'200'000'000'000'000;

// The first value of a field stands.
void keep(std::string& into, std::string_view value) {
  if (into.empty()) into = value;
}

}  // namespace

bool JournalEntry::wants(std::string_view name) {
  static constexpr std::string_view kNames[] = {"MESSAGE",
                                                "__REALTIME_TIMESTAMP",
                                                "__MONOTONIC_TIMESTAMP",
                                                "_BOOT_ID",
                                                "_HOSTNAME",
                                                "SYSLOG_IDENTIFIER",
                                                "_COMM",
                                                "_TRANSPORT",
                                                "PRIORITY"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

bool JournalEntry::set(std::string_view name, std::string_view value) {
  if (name == "MESSAGE") {
    if (!has_message) message = value;
    has_message = true;
  } else if (name == "__REALTIME_TIMESTAMP") {
    if (const auto us = parse_int<uint64_t>(value); us && *us <= kLatest && !realtime) realtime = us;
  } else if (name == "__MONOTONIC_TIMESTAMP") {
    if (const auto us = parse_int<uint64_t>(value); us && *us <= kLatest && !monotonic) monotonic = us;
  } else if (name == "_BOOT_ID") {
    keep(boot_id, value);
  } else if (name == "_HOSTNAME") {
    keep(host, value);
  } else if (name == "SYSLOG_IDENTIFIER") {
    keep(identifier, value);
  } else if (name == "_COMM") {
    keep(command, value);
  } else if (name == "_TRANSPORT") {
    keep(transport, value);
  } else if (name == "PRIORITY") {
    if (value.size() == 1 && value[0] >= '0' && value[0] <= '7' && !priority)
      priority = static_cast<uint8_t>(value[0] - '0');
  } else {
    return false;
  }
  return true;
}

void JournalEntry::clear() {
  realtime.reset();
  monotonic.reset();
  priority.reset();
  for (std::string* field : {&boot_id, &host, &identifier, &command, &transport, &message}) field->clear();
  has_message = false;
  whole = {};
  text.reset();
  text_at = 0;
}

JournalRecorder::Boot* JournalRecorder::boot_of(const JournalEntry& entry, model::StrId host) {
  model::StrId id = 0;
  if (is_boot_id(entry.boot_id)) {
    id = sink_.intern(entry.boot_id);
  } else if (!entry.boot_id.empty()) {
    sink_.problem(entry.whole, "a boot id that is none");
  }
  const uint64_t key = uint64_t{host} << 32 | id;
  auto at = boots_.find(key);
  if (at == boots_.end()) {
    if (boots_.size() == kMostStreams) return nullptr;
    model::Stream stream;
    stream.source = sink_.intern("journal");
    stream.host = host;
    stream.boot_id = id;
    stream.clock = model::ClockDomain::Utc;
    stream.precision = Precision::Micro;
    LogScope& scope = scopes_.try_emplace(host, sink_.into().strings).first->second;
    at = boots_.emplace(key, Boot{sink_.open_stream(stream), &scope, false}).first;
  }
  Boot& boot = at->second;
  if (id != 0 && !boot.start_told && entry.monotonic && *entry.monotonic <= *entry.realtime) {
    boot.start_told = true;
    const uint64_t start = (*entry.realtime - *entry.monotonic) * static_cast<uint64_t>(kMicro);
    sink_.fact(entry.host, fmt::format("boot.start.{}", entry.boot_id), fmt::format("{}", start), entry.whole);
  }
  return &boot;
}

void JournalRecorder::record(const JournalEntry& entry) {
  if (!entry.realtime) {
    sink_.problem(entry.whole, "a journal entry without a time");
    return;
  }
  if (*entry.realtime > kLatest) {
    sink_.problem(entry.whole, "a journal entry of a time that no clock shows");
    return;
  }
  const model::StrId host = sink_.intern(entry.host);
  const Boot* const boot = boot_of(entry, host);
  if (boot == nullptr) {
    sink_.problem(entry.whole, fmt::format("more than {} hosts and boots: the rest was not read", kMostStreams));
    return;
  }
  EventRecord event;
  event.stream = boot->stream;
  event.time = static_cast<Ns>(*entry.realtime) * kMicro;
  std::string_view ident = entry.identifier;
  if (ident.empty()) ident = entry.command;
  if (entry.transport == "kernel") ident = "kernel";
  event.ident = sink_.intern(ident);
  if (entry.priority) event.severity = static_cast<model::Severity>(*entry.priority);
  event.message = entry.message;
  if (entry.text) {
    event.place = *entry.text;
    event.text_at = entry.text_at;
  } else {
    event.place = entry.whole;
    event.text_at = EventRecord::kStored;
  }
  sink_.event(event);
  boot->scope->note(host, event.ident);
  all_.note(host, event.ident);
}

void JournalRecorder::finish() {
  for (const auto& [key, boot] : boots_) {
    model::Stream& stream = sink_.stream(boot.stream);
    stream.channel = all_.channel();
    stream.watch = boot.scope->watch();
  }
}

}  // namespace inquest::decode
