#include "decode/kernel_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "decode/console_text.h"
#include "decode/kernel_line.h"

namespace inquest::decode {
namespace {

using Stamp = KernelLine::Stamp;

constexpr size_t kMostLines = 4000;

struct Counts {
  size_t lines = 0;      // that are not blank
  size_t uptime = 0;     // with a plain stamp, whatever stands before it
  size_t dressed = 0;    // with a priority, a stamp of dmesg's own making, or a record of /dev/kmsg
  size_t continued = 0;  // indented behind a kernel line, or " KEY=value" behind a record
  size_t banners = 0;
  size_t status = 0;      // of systemd, firmware or a login prompt
  size_t logged = 0;      // behind the time at which somebody received it
  size_t debugger = 0;    // "#3 [ffffbc...] panic at ...", "#3  panic (kernel/panic.c:459:3)"
  size_t journal = 0;     // "[    1.759158] host kernel: ...": journalctl -o short-monotonic
  size_t web_server = 0;  // "[Mon Feb 09 10:53:52 2026] [error] ...": Apache's error log
  size_t syslog = 0;      // "<30>Feb  9 10:53:52 ...", "<34>1 2026-...": syslog's priority, not the kernel's
  bool pstore = false;
};

// A frame in the transcript of crash, gdb or drgn.
bool debugger_frame(std::string_view line) {
  const std::string_view text = trim(line.substr(0, 64));
  if (!text.starts_with('#')) return false;
  const size_t digits = std::min(text.find_first_not_of("0123456789", 1), text.size());
  return digits > 1 && digits < text.size() && text[digits] == ' ';
}

// "host kernel: " or "host program[12]: ".
bool journal_words(std::string_view message) {
  const size_t first = message.find(' ');
  if (first == std::string_view::npos || first == 0) return false;
  const std::string_view rest = message.substr(first + 1);
  const size_t second = rest.substr(0, 80).find(": ");
  if (second == std::string_view::npos || second == 0) return false;
  const std::string_view tag = rest.substr(0, second);
  if (tag.find(' ') != std::string_view::npos) return false;
  return tag == "kernel" || (tag.ends_with(']') && tag.find('[') != std::string_view::npos);
}

bool web_server_words(std::string_view message) {
  static constexpr std::array<std::string_view, 8> kLevels = {"[emerg]", "[alert]",  "[crit]", "[error]",
                                                              "[warn]",  "[notice]", "[info]", "[debug]"};
  if (std::ranges::any_of(kLevels, [&](std::string_view level) { return message.starts_with(level); })) return true;
  const size_t close = message.substr(0, 64).find("] [");
  return message.starts_with('[') && close != std::string_view::npos;
}

bool syslog_words(std::string_view message) {
  if (message.size() < 4) return false;
  return (month_from_name(message) != 0 && message[3] == ' ') || message.starts_with("1 ");
}

Counts count(const Head& head) {
  Counts out;
  bool kernel_before = false;
  bool record_before = false;
  for (std::string_view line : head.lines(kMostLines)) {
    std::string plain;
    if (line.find('\x1b') != std::string_view::npos) {
      plain = without_escapes(line);
      line = plain;
    }
    while (line.starts_with('\0') || line.starts_with('\r')) line.remove_prefix(1);
    if (trim(line).empty()) continue;
    if (out.lines == 0) out.pstore = pstore_header(line) || pstore_part_name(line);
    ++out.lines;
    KernelLine kernel = parse_kernel_line(line);
    if (!kernel.prefixed()) {
      if (const auto logged = parse_logger_time(line)) {
        const KernelLine behind = parse_kernel_line(line.substr(logged->length));
        if (behind.stamp == Stamp::Uptime) {
          kernel = behind;
          ++out.logged;
        }
      }
    }
    if (kernel.prefixed()) {
      const bool plainly = kernel.stamp == Stamp::Uptime && kernel.severity == model::Severity::Unknown;
      ++(plainly ? out.uptime : out.dressed);
      if (kernel.banner()) ++out.banners;
      if (journal_words(kernel.message)) ++out.journal;
      if (kernel.stamp == Stamp::Wall && web_server_words(kernel.message)) ++out.web_server;
      if (kernel.stamp == Stamp::None && syslog_words(kernel.message)) ++out.syslog;
      kernel_before = true;
      record_before = kernel.record;
      continue;
    }
    if (debugger_frame(line)) {
      ++out.debugger;
    } else if (parse_status_line(line) || firmware_line(line) || !login_host(line).empty()) {
      ++out.status;
      kernel_before = false;
    } else if (find_inner_stamp(line) != std::string_view::npos) {
      ++out.status;  // a prompt that the kernel wrote behind
    } else if (kernel_before && line.starts_with(' ') && (!record_before || line.find('=') != std::string_view::npos)) {
      ++out.continued;
    } else if (!pstore_header(line) && !pstore_part_name(line)) {
      kernel_before = false;
    }
  }
  return out;
}

}  // namespace

KernelText classify_kernel_text(const Head& head) {
  const Counts counts = count(head);
  const size_t kernel = counts.uptime + counts.dressed;
  if (kernel == 0 || counts.debugger >= 3) return {};
  if (counts.journal * 2 > kernel || counts.web_server * 2 > kernel || counts.syslog * 2 > kernel) return {};

  const size_t others = counts.lines - kernel - counts.continued;
  // What a person may paste along: the command, an empty prompt, the header of a record.
  const bool pure =
      counts.logged == 0 && others <= std::max<size_t>(1, counts.lines / 20) && others < kernel && counts.status == 0;
  if (counts.pstore && kernel * 2 > counts.lines) return {KernelTextKind::Dmesg, Claim::Certain};
  if (pure && counts.dressed * 2 > kernel) {
    return {KernelTextKind::Dmesg, kernel >= 3 ? Claim::Certain : Claim::Likely};
  }
  const bool carriage_returns = head.bytes.find("\r\n") != std::string_view::npos;
  if (pure && !carriage_returns && counts.banners <= 1) {
    return {KernelTextKind::Dmesg, kernel >= 10 ? Claim::Certain : Claim::Likely};
  }
  const bool signs = carriage_returns || counts.banners > 0 || counts.status + counts.logged > 0;
  if ((kernel + counts.continued + counts.status) * 2 < counts.lines) return {};
  if (signs && kernel >= 3) return {KernelTextKind::Console, Claim::Certain};
  return {KernelTextKind::Console, signs ? Claim::Likely : Claim::Fallback};
}

std::optional<PstoreHeader> pstore_header(std::string_view line) {
  // kmsg_dump_reason_str(), and the reasons of kernels before 5.8
  static constexpr std::array<std::string_view, 8> kReasons = {"Panic",   "Oops", "Emergency", "Shutdown",
                                                               "Restart", "Halt", "Poweroff",  "Unknown"};
  const size_t hash = line.find('#');
  if (hash == std::string_view::npos || std::ranges::find(kReasons, line.substr(0, hash)) == kReasons.end())
    return std::nullopt;
  const std::string_view rest = line.substr(hash + 1);
  const size_t space = rest.find(" Part");
  if (space == std::string_view::npos) return std::nullopt;
  const auto count = parse_int<uint32_t>(rest.substr(0, space));
  const auto part = parse_int<uint32_t>(rest.substr(space + 5));
  if (!count || !part) return std::nullopt;
  return PstoreHeader{line.substr(0, hash), *count, *part};
}

bool pstore_part_name(std::string_view line) {
  if (!line.starts_with("dmesg-") || !line.ends_with(':')) return false;
  line = line.substr(6, line.size() - 7);
  const size_t dash = line.find('-');
  return dash != std::string_view::npos && parse_int<uint64_t>(line.substr(dash + 1)).has_value();
}

}  // namespace inquest::decode
