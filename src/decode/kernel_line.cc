#include "decode/kernel_line.h"

#include <array>

#include "base/text.h"
#include "decode/ctime_stamp.h"

namespace inquest::decode {
namespace {

using Stamp = KernelLine::Stamp;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view skip_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

// "1.759158" at the front: ten digits of seconds hold 300 years, six of fraction are what kernels print.
std::optional<Ns> take_seconds(std::string_view& text) {
  size_t whole = 0;
  while (whole < text.size() && digit(text[whole])) ++whole;
  if (whole == 0 || whole > 10 || text.size() < whole + 7 || text[whole] != '.') return std::nullopt;
  Ns value = 0;
  for (size_t i = 0; i < whole; ++i) value = value * 10 + (text[i] - '0');
  if (value > 9'000'000'000) return std::nullopt;
  value *= kSecond;
  Ns scale = kSecond / 10;
  for (size_t i = whole + 1; i < whole + 7; ++i) {
    if (!digit(text[i])) return std::nullopt;
    value += (text[i] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(whole + 7);
  return value;
}

// "<6>", "<30>": facility times eight and level. "<c>" marks a continuation in kernels before 4.10.
void take_priority(std::string_view& text, KernelLine& out) {
  if (text.starts_with("<c>")) {
    text.remove_prefix(3);
    return;
  }
  size_t end = 1;
  while (end < text.size() && end < 5 && digit(text[end])) ++end;
  if (end == 1 || end >= text.size() || text[end] != '>') return;
  const int value = parse_int<int>(text.substr(1, end - 1)).value_or(0);
  out.facility = value >> 3;
  out.severity = static_cast<model::Severity>(value & 7);
  text.remove_prefix(end + 1);
}

constexpr std::array<std::string_view, 20> kFacilities = {
    "kern",     "user", "mail",   "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",
    "authpriv", "ftp",  "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
constexpr std::array<std::string_view, 8> kLevels = {"emerg", "alert",  "crit", "err",
                                                     "warn",  "notice", "info", "debug"};

// A word of `words` in front of a colon, padded with blanks to six columns.
template <size_t N>
int take_padded_word(std::string_view& text, const std::array<std::string_view, N>& words) {
  for (size_t i = 0; i < N; ++i) {
    if (!text.starts_with(words[i])) continue;
    const std::string_view rest = skip_blanks(text.substr(words[i].size()));
    if (!rest.starts_with(':')) continue;
    text = rest.substr(1);
    return static_cast<int>(i);
  }
  return -1;
}

// "kern  :info  : " of `dmesg -x`.
void take_priority_words(std::string_view& text, KernelLine& out) {
  std::string_view rest = text;
  const int facility = take_padded_word(rest, kFacilities);
  if (facility < 0) return;
  const int level = take_padded_word(rest, kLevels);
  if (level < 0 || !rest.starts_with(' ')) return;
  out.facility = facility;
  out.severity = static_cast<model::Severity>(level);
  text = rest.substr(1);
}

// "6,339,5140900,-;message" and "6,339,5140900,-,caller=T1;message": a record of /dev/kmsg
// (Documentation/ABI/testing/dev-kmsg). The message is escaped there ("\x0a").
bool take_record(std::string_view& text, KernelLine& out) {
  if (text.empty() || !digit(text[0])) return false;
  const size_t end = text.substr(0, 128).find(';');
  if (end == std::string_view::npos) return false;
  std::array<std::string_view, 4> fields;
  std::string_view head = text.substr(0, end);
  for (std::string_view& field : fields) {
    if (head.empty()) return false;
    const size_t comma = std::min(head.find(','), head.size());
    field = head.substr(0, comma);
    head.remove_prefix(std::min(comma + 1, head.size()));
  }
  const auto priority = parse_int<int>(fields[0]);
  const auto sequence = parse_int<uint64_t>(fields[1]);
  const auto micros = parse_int<int64_t>(fields[2]);
  if (!priority || *priority < 0 || !sequence || !micros || *micros < 0 || *micros > 9'000'000'000'000'000)
    return false;
  if (fields[3].empty() || fields[3].size() > 2) return false;
  out.record = true;
  out.facility = *priority >> 3;
  out.severity = static_cast<model::Severity>(*priority & 7);
  out.stamp = Stamp::Uptime;
  out.time = *micros * kMicro;
  if (constexpr std::string_view kCaller = "caller="; head.starts_with(kCaller)) {
    head.remove_prefix(kCaller.size());
    out.caller = head.substr(0, head.find(','));
  }
  text.remove_prefix(end + 1);
  return true;
}

// "Feb 9 10:53", "Feb19 10:53": `dmesg -e` at the first line of each minute.
std::optional<Ns> short_ctime(std::string_view text) {
  if (text.size() < 9 || text.size() > 24) return std::nullopt;
  const std::string_view clock = text.substr(text.size() - 5);
  if (clock[2] != ':' || text[text.size() - 6] != ' ') return std::nullopt;
  const std::string_view date = trim(text.substr(0, text.size() - 6));
  size_t digits = 0;
  while (digits < date.size() && digit(date[date.size() - 1 - digits])) ++digits;
  if (digits == 0 || digits > 2) return std::nullopt;
  Civil civil;
  civil.year = 2000;
  civil.month = month_from_any_name(trim(date.substr(0, date.size() - digits)));
  civil.day = parse_int<int>(date.substr(date.size() - digits)).value_or(0);
  civil.hour = two_digits(clock.data());
  civil.minute = two_digits(clock.data() + 3);
  if (civil.month == 0 || civil.hour < 0 || civil.minute < 0) return std::nullopt;
  return from_civil(civil);
}

// What stands between the brackets of a stamp. False where it is none.
bool read_stamp(std::string_view inside, KernelLine& out) {
  std::string_view rest = skip_blanks(inside);
  // "1.759158", "1.759158 <    0.000004>", and the delta alone
  if (rest.starts_with('<') || rest.starts_with('+')) {
    rest = skip_blanks(rest.substr(1));
    const auto delta = take_seconds(rest);
    if (!delta || !(rest.empty() || rest == ">")) return false;
    out.stamp = Stamp::Delta;
    out.time = *delta;
    return true;
  }
  if (const auto uptime = take_seconds(rest)) {
    if (!rest.empty() && !(rest.starts_with(" <") && rest.ends_with('>'))) return false;
    out.stamp = Stamp::Uptime;
    out.time = *uptime;
    return true;
  }
  if (const auto minute = short_ctime(inside)) {
    out.stamp = Stamp::Minute;
    out.precision = Precision::Minute;
    out.time = *minute;
    return true;
  }
  if (inside.ends_with('>')) inside = inside.substr(0, inside.rfind('<'));  // `dmesg -T -d` adds the delta
  const CtimeStamp words = parse_ctime_stamp(inside);
  if (!words.dated) return false;
  out.precision = Precision::Second;
  out.stamp = words.local ? Stamp::Wall : Stamp::Unread;
  out.time = words.local.value_or(0);
  return true;
}

// A stamp at the front, with the blank behind it.
bool take_stamp(std::string_view& text, KernelLine& out) {
  if (text.starts_with('[')) {
    const size_t close = text.substr(0, 64).find(']');
    if (close == std::string_view::npos || !read_stamp(text.substr(1, close - 1), out)) return false;
    text.remove_prefix(close + 1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    return true;
  }
  // "2026-02-09T10:53:52,123456-08:00 ": the comma and the offset tell it from other programs' ISO times.
  if (text.size() < 33 || text[4] != '-' || text[10] != 'T' || text[19] != ',') return false;
  const auto time = parse_iso_time(text);
  if (!time || !time->offset || time->length >= text.size() || text[time->length] != ' ') return false;
  out.stamp = Stamp::Wall;
  out.precision = time->precision;
  out.time = time->local;
  out.offset = time->offset;
  text.remove_prefix(time->length + 1);
  return true;
}

// "[   T12] ", "[    C0] ": the task or CPU that printed it, under CONFIG_PRINTK_CALLER.
void take_caller(std::string_view& text, KernelLine& out) {
  if (!text.starts_with('[')) return;
  const size_t close = text.substr(0, 16).find(']');
  if (close == std::string_view::npos) return;
  const std::string_view caller = skip_blanks(text.substr(1, close - 1));
  if (caller.size() < 2 || (caller[0] != 'T' && caller[0] != 'C') || !parse_int<uint32_t>(caller.substr(1))) return;
  out.caller = caller;
  text.remove_prefix(close + 1);
  if (text.starts_with(' ')) text.remove_prefix(1);
}

// "systemd[1]: " at the front: the ident's length and that of the whole.
struct Tag {
  size_t ident = 0;
  size_t length = 0;
  bool pid = false;
};
Tag tag_of(std::string_view message) {
  const auto ident_char = [](char c) {
    return letter(c) || digit(c) || c == '-' || c == '_' || c == '.' || c == '@' || c == '/' || c == '(' || c == ')' ||
           c == '+';
  };
  Tag out;
  while (out.ident < message.size() && out.ident < 64 && ident_char(message[out.ident])) ++out.ident;
  if (out.ident == 0 || digit(message[0])) return {};
  size_t at = out.ident;
  if (at < message.size() && message[at] == '[') {
    size_t end = at + 1;
    while (end < message.size() && end - at < 12 && digit(message[end])) ++end;
    if (end == at + 1 || end >= message.size() || message[end] != ']') return {};
    out.pid = true;
    at = end + 1;
  }
  if (at >= message.size() || message[at] != ':') return {};
  ++at;
  if (at < message.size() && message[at] != ' ') return {};
  out.length = std::min(at + 1, message.size());
  return out;
}

// The kernel names a process in the same way when it reports on one: "a.out[1234]: segfault at 0 ip ..."
// (arch/x86/mm/fault.c, arch/arm64/kernel/traps.c, arch/powerpc/kernel/traps.c).
bool kernel_about_process(std::string_view rest) {
  return rest.starts_with("segfault ") || rest.starts_with("unhandled ") || rest.starts_with("bad frame ") ||
         rest.starts_with("bad syscall ");
}

}  // namespace

KernelLine parse_kernel_line(std::string_view line) {
  KernelLine out;
  std::string_view rest = line;
  if (rest.starts_with('<')) take_priority(rest, out);
  if (out.severity == model::Severity::Unknown && !take_record(rest, out)) take_priority_words(rest, out);
  if (!out.record && take_stamp(rest, out)) {
    // dmesg from 2.41 prints as many forms side by side as it is asked for. Time since boot needs no assumption.
    if (out.stamp != Stamp::Uptime && rest.starts_with('[')) {
      KernelLine second;
      std::string_view behind = rest;
      if (take_stamp(behind, second) && second.stamp == Stamp::Uptime) {
        out.stamp = Stamp::Uptime;
        out.time = second.time;
        out.precision = second.precision;
        out.offset.reset();
        rest = behind;
      }
    }
    take_caller(rest, out);
  } else if (out.severity != model::Severity::Unknown && !out.record) {
    take_caller(rest, out);
  }
  out.message = rest;
  return out;
}

KernelWriter writer_of(const KernelLine& line) {
  // The kernel never lets a program write with its own facility (kernel/printk/printk.c, devkmsg_write()).
  if (line.facility == 0) return {"kernel", line.message};
  const Tag tag = tag_of(line.message);
  const bool from_program = line.facility > 0;
  if (tag.length != 0 && (tag.pid || from_program)) {
    const std::string_view rest = line.message.substr(tag.length);
    if (from_program || !kernel_about_process(rest)) return {line.message.substr(0, tag.ident), rest};
  }
  return {from_program ? std::string_view() : std::string_view("kernel"), line.message};
}

}  // namespace inquest::decode
