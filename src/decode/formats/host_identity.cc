// host_identity: which host it is, what it runs and where it stands: uname -a, hostnamectl, timedatectl, os-release,
// date, /proc/version. docs/formats/host_identity.md Source: coreutils src/uname.c, src/date.c; systemd src/hostname,
// src/timedate, os-release(5); Linux init/version.c.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/ctime_stamp.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "Linux node-a 6.17.4-2-pve #1 SMP PREEMPT_DYNAMIC PMX 6.17.4-2 (2026-01-02T08:00Z) x86_64 GNU/Linux"
struct Uname {
  std::string_view host;
  std::string_view release;
};
std::optional<Uname> parse_uname(std::string_view line) {
  if (!line.starts_with("Linux ") || line.size() > 512) return std::nullopt;
  const auto words = split_blanks(line);
  if (words.size() < 5 || !words[3].starts_with('#') || words[2].empty() || words[2][0] < '0' || words[2][0] > '9')
    return std::nullopt;
  return Uname{words[1].substr(0, words[1].find('.')), words[2]};
}

// "Linux version 6.17.4-2-pve (build@proxmox) (gcc ...) #1 SMP ...": /proc/version, without a time in front.
std::string_view parse_version(std::string_view line) {
  constexpr std::string_view kStart = "Linux version ";
  if (!line.starts_with(kStart) || line.find(" (") == std::string_view::npos) return {};
  const std::string_view rest = line.substr(kStart.size());
  return rest.substr(0, rest.find(' '));
}

// "Sat Jan 31 23:25:11 CET 2026", "Sa 31. Jan 23:25:11 CET 2026": `date`.
bool is_date(std::string_view line) {
  if (line.size() > 64 || line.find(':') == std::string_view::npos) return false;
  const auto words = split_blanks(line);
  return words.size() >= 5 && words.size() <= 8 && parse_ctime_stamp(line).local.has_value();
}

// "Rocky Linux release 9.3 (Blue Onyx)": /etc/redhat-release
bool is_redhat_release(std::string_view line) {
  const size_t release = line.find(" release ");
  if (release == std::string_view::npos || release == 0 || line.size() > 128 || release + 9 >= line.size())
    return false;
  const char number = line[release + 9];
  return number >= '0' && number <= '9' && line[0] >= 'A' && line[0] <= 'Z' && line.find(':') == std::string_view::npos;
}

// When somebody looked: the year of logs that leave it out can be told by that.
std::string taken(std::string_view words) {
  std::optional<Ns> local;
  if (const size_t digit = words.find_first_of("0123456789"); digit != std::string_view::npos) {
    if (const auto iso = parse_iso_time(words.substr(digit))) local = iso->local;
  }
  if (!local) local = parse_ctime_stamp(words).local;
  return local ? format_utc({*local, Precision::Day}) : std::string();
}

// The labels of hostnamectl and timedatectl.
struct Label {
  std::string_view label;
  std::string_view key;
};
constexpr Label kLabels[] = {
    {"Static hostname", "host"},
    {"Kernel", "identity.kernel"},
    {"Operating System", "identity.os"},
    {"Machine ID", "identity.machine-id"},
    {"Boot ID", "identity.boot-id"},
    {"Chassis", "identity.chassis"},
    {"Virtualization", "identity.virtualization"},
    {"Hardware Vendor", "identity.vendor"},
    {"Hardware Model", "identity.model"},
    {"Firmware Version", "identity.firmware"},
    {"Time zone", "timezone"},
    {"Local time", "clock.local"},
    {"Universal time", "clock.universal"},
    {"RTC time", "clock.rtc"},
    {"System clock synchronized", "clock.synchronized"},
    {"NTP service", "clock.ntp"},
    {"RTC in local TZ", "clock.rtc-local"},
};

const Label* label_of(std::string_view key) {
  for (const Label& each : kLabels) {
    if (key == each.label) return &each;
  }
  return nullptr;
}

// `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"`
std::optional<Field> parse_release(std::string_view line) {
  auto field = split_field(line, '=');
  if (!field || field->key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != std::string_view::npos)
    return std::nullopt;
  if (field->value.size() >= 2 && field->value.front() == '"' && field->value.back() == '"')
    field->value = field->value.substr(1, field->value.size() - 2);
  return field;
}

class HostIdentity : public ToolReader {
 public:
  explicit HostIdentity(Sink& sink) : ToolReader(sink, {"uname", "hostnamectl", "timedatectl", "date", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (const auto uname = parse_uname(line)) {
      sink().fact({}, "host", uname->host.substr(0, 64), place);
      return fact("kernel.release", uname->release.substr(0, 128), place);
    }
    if (const std::string_view release = parse_version(line); !release.empty())
      return fact("kernel.release", release.substr(0, 128), place);
    if (is_date(line)) return dated("clock.date", line, place);
    if (is_redhat_release(line)) return fact("identity.os-pretty-name", line, place);
    if (const auto field = split_field(line)) {
      if (const Label* label = label_of(field->key)) return labelled(*label, field->value, place);
    }
    if (const auto release = parse_release(line)) {
      if (release->key == "PRETTY_NAME" || release->key == "VERSION_ID" || release->key == "ID")
        fact(fmt::format("identity.os-{}", key_of(release->key)), release->value.substr(0, 128), place);
      return;
    }
    // Further labels: icons, warnings, what newer versions add.
    if (line.find(": ") == std::string_view::npos && !line.starts_with('#'))
      sink().problem(place, "a line that says nothing of which host it is");
  }

  void dated(std::string_view key, std::string_view value, const Place& place) {
    fact(key, value.substr(0, 200), place);
    if (const std::string day = taken(value); !day.empty()) fact("clock.taken", day, place);
  }

  void labelled(const Label& label, std::string_view value, const Place& place) {
    if (label.key == "host") return sink().fact({}, "host", value.substr(0, value.find('.')).substr(0, 64), place);
    // "Europe/Berlin (CET, +0100)"
    if (label.key == "timezone") value = value.substr(0, value.find(' '));
    if (label.key == "clock.local") return dated(label.key, value, place);
    fact(label.key, value.substr(0, 200), place);
  }

  static constexpr size_t kMost = 1000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"uname", "hostnamectl", "timedatectl", "date", "cat"}, 40);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view first = trim(tool.lines.front());
  const bool alone = tool.lines.size() == 1;
  if (alone && (parse_uname(first) || !parse_version(first).empty() || is_date(first) || is_redhat_release(first)))
    return Claim::Certain;
  if (tool.asked && parse_uname(first)) return Claim::Certain;
  size_t labels = 0;
  size_t release = 0;
  for (const std::string_view line : tool.lines) {
    const auto field = split_field(line);
    if (field && label_of(field->key) != nullptr) ++labels;
    if (const auto found = parse_release(trim(line));
        found && (found->key == "PRETTY_NAME" || found->key == "VERSION_ID" || found->key == "ID"))
      ++release;
  }
  return release >= 2 || (labels >= 4 && labels * 2 >= tool.lines.size()) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<HostIdentity>(sink); }

}  // namespace

extern const Decoder host_identity_decoder;
const Decoder host_identity_decoder{"host_identity",
                                    "uname, hostnamectl, timedatectl, os-release, date: which host it is", sniff, open};

}  // namespace inquest::decode
