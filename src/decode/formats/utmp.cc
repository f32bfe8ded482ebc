// utmp: who logged in and when the host booted and shut down: wtmp, btmp and utmp of glibc on x86-64.
// docs/formats/utmp.md

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/cursor.h"
#include "decode/fixed_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kRecord = 384;

// glibc's sysdeps/gnu/bits/utmp.h
enum Type : uint16_t {
  Empty = 0,
  RunLevel = 1,
  BootTime = 2,
  NewTime = 3,
  OldTime = 4,
  InitProcess = 5,
  LoginProcess = 6,
  UserProcess = 7,
  DeadProcess = 8,
  Accounting = 9,
};

// struct utmp of x86-64, whose times have 32 bits there too. Views into the record.
struct Utmp {
  uint16_t type = Empty;
  uint32_t pid = 0;
  std::string_view line;
  std::string_view user;
  std::string_view host;
  Ns time = 0;
};

// Nothing for bytes that no program writes there: a type, time or text out of range.
std::optional<Utmp> parse_utmp(std::string_view bytes) {
  Cursor cursor(bytes);
  const auto type = cursor.read<uint16_t>();
  const auto padding = cursor.read<uint16_t>();
  const auto pid = cursor.read<uint32_t>();
  const auto line = cursor.take_cstr(32);
  const auto id = cursor.take_cstr(4);
  const auto user = cursor.take_cstr(32);
  const auto host = cursor.take_cstr(256);
  const auto exit = cursor.read<uint32_t>();
  const auto session = cursor.read<uint32_t>();
  const auto seconds = cursor.read<uint32_t>();
  const auto micros = cursor.read<uint32_t>();
  const auto address = cursor.take(16);
  const auto unused = cursor.take(20);
  if (!type || !padding || !pid || !line || !id || !user || !host || !exit || !session || !seconds || !micros ||
      !address || !unused) {
    return std::nullopt;
  }
  if (*type > Accounting || *padding != 0 || *micros >= 1'000'000) return std::nullopt;
  if (std::ranges::any_of(*unused, [](std::byte b) { return b != std::byte{0}; })) return std::nullopt;
  if (*type != Empty && *seconds < 315'532'800) return std::nullopt;  // 1980: older than any of these files
  const auto printable = [](std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
  };
  // What was typed as a name at a failed login may be anything, and some programs don't clear what follows a string.
  if (!printable(*line) || (*type != LoginProcess && *type != UserProcess && !printable(*user))) return std::nullopt;
  return Utmp{*type, *pid, *line, *user, *host, *seconds * kSecond + *micros * kMicro};
}

// A line as last(1) shows it.
std::string describe(const Utmp& entry) {
  const std::string from = entry.host.empty() ? std::string() : fmt::format(" from {}", entry.host);
  switch (entry.type) {
    case BootTime: return fmt::format("reboot   system boot  {}", entry.host);
    case RunLevel:
      if (entry.user == "shutdown") return fmt::format("shutdown system down  {}", entry.host);
      // The run level is the low byte of the process id, as a character; the one before is the next byte.
      return fmt::format("{} to level {}  {}", entry.user,
                         static_cast<char>((entry.pid & 0x7F) < 0x20 ? '?' : entry.pid & 0x7F), entry.host);
    case NewTime: return "clock set: time after";
    case OldTime: return "clock set: time before";
    case InitProcess: return fmt::format("init process {} on {}", entry.pid, entry.line);
    case LoginProcess:  // getty writes it when it prompts, and login and sshd write it into btmp
      if (entry.user == "LOGIN") return fmt::format("login prompt on {}", entry.line);
      return fmt::format("failed login: {} on {}{}", entry.user, entry.line, from);
    case UserProcess: return fmt::format("login: {} on {}{}", entry.user, entry.line, from);
    case DeadProcess: return fmt::format("logout on {}", entry.line);
    default: return fmt::format("record of type {}: {} on {}", entry.type, entry.user, entry.line);
  }
}

class UtmpReader : public FixedReader {
 public:
  explicit UtmpReader(Sink& sink) : FixedReader(sink, kRecord) {}

 protected:
  void record(std::string_view bytes, const Place& place) override {
    const auto entry = parse_utmp(bytes);
    if (!entry) {
      sink().problem(place, "a record that is none: its type, time or text is out of range");
      return;
    }
    if (entry->type == Empty) return;
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("utmp");
      fresh.clock = model::ClockDomain::Utc;
      fresh.precision = Precision::Micro;
      stream_ = sink().open_stream(fresh);
    }
    const std::string text = describe(*entry);
    EventRecord event;
    event.stream = *stream_;
    event.time = entry->time;
    event.place = place;
    event.ident = sink().intern("utmp");
    event.message = text;
    event.text_at = EventRecord::kStored;
    const model::EventId id = sink().event(event);
    // btmp holds failed logins only, and would show no shutdown.
    if (entry->type == BootTime || entry->type == RunLevel) sink().stream(*stream_).watch = model::Watch::Shutdown;
    if (entry->type == BootTime) begin_boot(*entry, place);
    if (entry->type == RunLevel && entry->user == "shutdown") {
      sink().landmark(model::LandmarkKind::ShutdownBegin, id, text);
      if (boot_) boot_->orderly = true;
    }
  }

  void end() override {
    if (boot_) sink().claim_boot(*boot_);
  }

 private:
  void begin_boot(const Utmp& entry, const Place& place) {
    if (boot_) {
      // No shutdown was written between two boots: the first did not end in one.
      if (!boot_->orderly) boot_->orderly = false;
      sink().claim_boot(*boot_);
    }
    boot_ = model::BootClaim{};
    boot_->stream = *stream_;
    boot_->first = entry.time;
    boot_->cite = {0, place.line, place.offset, place.length};
  }

  std::optional<model::StreamId> stream_;
  std::optional<model::BootClaim> boot_;  // the last, until it is known how it ended
};

Claim sniff(const Head& head) {
  constexpr size_t kLooks = 16;
  if (head.bytes.size() < kRecord || (head.complete && head.bytes.size() % kRecord != 0)) return Claim::No;
  size_t said = 0;
  for (size_t at = 0; at + kRecord <= head.bytes.size() && at < kLooks * kRecord; at += kRecord) {
    const auto entry = parse_utmp(head.bytes.substr(at, kRecord));
    if (!entry) return Claim::No;
    if (entry->type != Empty && !entry->line.empty()) ++said;
  }
  return said != 0 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<UtmpReader>(sink); }

}  // namespace

extern const Decoder utmp_decoder;
const Decoder utmp_decoder{"utmp", "wtmp, btmp and utmp: logins, boots and shutdowns", sniff, open};

}  // namespace inquest::decode
