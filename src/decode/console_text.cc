#include "decode/console_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace inquest::decode {
namespace {

// The length of the sequence or carriage return at the front; 0 for an ordinary character.
size_t control_length(std::string_view text) { return text[0] == '\r' ? 1 : escape_length(text); }

constexpr std::array<std::string_view, 28> kFirmware = {"SeaBIOS (version",
                                                        "iPXE ",
                                                        "Booting from ",
                                                        "GNU GRUB",
                                                        "GRUB loading",
                                                        "Welcome to GRUB!",
                                                        "Loading Linux ",
                                                        "Loading initial ramdisk",
                                                        "Booting `",
                                                        "U-Boot",
                                                        "BdsDxe: ",
                                                        "coreboot-",
                                                        "EFI stub: ",
                                                        "SYSLINUX ",
                                                        "ISOLINUX ",
                                                        "PXELINUX ",
                                                        "American Megatrends",
                                                        "AMIBIOS",
                                                        "Phoenix",
                                                        "Press F2",
                                                        "Press <DEL>",
                                                        "OpenBIOS",
                                                        "SLOF **",
                                                        "Hit any key to stop autoboot",
                                                        "early console in ",
                                                        "Decompressing Linux",
                                                        "NOTICE:  BL",
                                                        "I'm in purgatory"};

bool host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool digit(char c) { return c >= '0' && c <= '9'; }

// "[   12.345678]" as the kernel pads it (kernel/printk/printk.c: "[%5lu.%06lu]"), and what may follow it.
bool stamp_at(std::string_view text) {
  size_t i = 1;
  while (i < text.size() && text[i] == ' ') ++i;
  const size_t digits = i;
  while (i < text.size() && digit(text[i])) ++i;
  if (i == digits || i < 6 || i > 11 || text.size() < i + 8 || text[i] != '.' || text[i + 7] != ']') return false;
  if (digits > 1 && i != 6) return false;
  for (size_t k = i + 1; k < i + 7; ++k) {
    if (!digit(text[k])) return false;
  }
  return text.size() == i + 8 || text[i + 8] == ' ' || text[i + 8] == '[';
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t control = control_length(text);
    if (control == 0) out += text[0];
    text.remove_prefix(std::max<size_t>(control, 1));
  }
  return out;
}

size_t offset_with_escapes(std::string_view text, size_t at) {
  size_t i = 0;
  while (i < text.size()) {
    const size_t control = control_length(text.substr(i));
    if (control == 0) {
      if (at == 0) break;
      --at;
    }
    i += std::max<size_t>(control, 1);
  }
  return i;
}

std::optional<StatusLine> parse_status_line(std::string_view line) {
  using model::Severity;
  struct Tag {
    std::string_view text;
    Severity severity;
  };
  // systemd, src/core/job.c and show-status.c
  static constexpr std::array<Tag, 7> kTags = {{{"[  OK  ] ", Severity::Info},
                                                {"[FAILED] ", Severity::Error},
                                                {"[DEPEND] ", Severity::Error},
                                                {"[ TIME ] ", Severity::Error},
                                                {"[ WARN ] ", Severity::Warning},
                                                {"[ INFO ] ", Severity::Info},
                                                {"[ SKIP ] ", Severity::Info}}};
  for (const Tag& tag : kTags) {
    if (line.starts_with(tag.text)) return StatusLine{line.substr(tag.text.size()), tag.severity};
  }
  static constexpr std::string_view kIndent = "         ";
  static constexpr std::array<std::string_view, 8> kDoing = {
      "Starting ", "Stopping ", "Mounting ", "Unmounting ", "Activating ", "Deactivating ", "Reloading ", "Expecting "};
  if (!line.starts_with(kIndent)) return std::nullopt;
  line.remove_prefix(kIndent.size());
  const bool doing = std::ranges::any_of(kDoing, [&](std::string_view verb) { return line.starts_with(verb); });
  return doing ? std::optional(StatusLine{line, Severity::Info}) : std::nullopt;
}

bool firmware_line(std::string_view line) {
  const std::string_view front = trim(line.substr(0, 160));
  return std::ranges::any_of(kFirmware, [&](std::string_view words) { return front.starts_with(words); });
}

std::string_view login_host(std::string_view line) {
  const size_t end = line.substr(0, 80).find(" login:");
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view host = line.substr(0, end);
  return std::ranges::all_of(host, host_char) ? host : std::string_view();
}

std::string_view hostname_set(std::string_view message) {
  // src/core/manager.c and src/shared/hostname-setup.c; before systemd 248 the other way round
  for (const std::string_view words : {std::string_view("Hostname set to <"), std::string_view("Set hostname to <")}) {
    if (!message.starts_with(words)) continue;
    const std::string_view rest = message.substr(words.size());
    const size_t end = rest.find('>');
    if (end == std::string_view::npos || end == 0 || end > 64) return {};
    return std::ranges::all_of(rest.substr(0, end), host_char) ? rest.substr(0, end) : std::string_view();
  }
  return {};
}

std::optional<LoggerTime> parse_logger_time(std::string_view line) {
  if (line.empty() || !digit(line[0])) return std::nullopt;
  const auto time = parse_iso_time(line);
  if (!time) return std::nullopt;
  const std::string_view rest = line.substr(time->length);
  const size_t gap = rest.starts_with(": ") ? 2 : 1;
  if (rest.empty()) return std::nullopt;
  if (rest[0] != ' ' && gap == 1) return std::nullopt;
  return LoggerTime{time->utc().value_or(time->local), time->offset.has_value(), time->precision, time->length + gap};
}

size_t find_inner_stamp(std::string_view line) {
  for (size_t at = line.find('[', 1); at != std::string_view::npos; at = line.find('[', at + 1)) {
    const bool priority = line[0] == '<' && at <= 5 && line[at - 1] == '>';  // "<6>[   12.345678]" is one prefix
    if (!priority && stamp_at(line.substr(at, 24))) return at;
  }
  return std::string_view::npos;
}

}  // namespace inquest::decode
