#include "crashtext/upid.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::crashtext {
namespace {

struct Type {
  std::string_view name;
  std::string_view text;
};

constexpr auto kTypes = std::to_array<Type>({
    {"qmstart", "start of a virtual machine"},
    {"qmstop", "stop of a virtual machine (as if its plug were pulled)"},
    {"qmshutdown", "orderly shutdown of a virtual machine"},
    {"qmreboot", "reboot of a virtual machine"},
    {"qmreset", "reset of a virtual machine"},
    {"qmigrate", "migration of a virtual machine"},
    {"qmclone", "clone of a virtual machine"},
    {"qmcreate", "creation of a virtual machine"},
    {"qmdestroy", "removal of a virtual machine"},
    {"qmrestore", "restore of a virtual machine"},
    {"qmsnapshot", "snapshot of a virtual machine"},
    {"vzstart", "start of a container"},
    {"vzstop", "stop of a container"},
    {"vzshutdown", "orderly shutdown of a container"},
    {"vzdump", "backup"},
    {"vzmigrate", "migration of a container"},
    {"vzcreate", "creation of a container"},
    {"startall", "start of all guests, at boot"},
    {"stopall", "stop of all guests, at shutdown"},
    {"aptupdate", "update of the package lists"},
    {"vncproxy", "console of a guest"},
    {"vncshell", "shell on the host"},
    {"termproxy", "terminal"},
    {"imgcopy", "copy of an image"},
    {"imgdel", "removal of an image"},
    {"srvstart", "start of a service"},
    {"srvrestart", "restart of a service"},
    {"hastart", "start by the HA manager"},
    {"hastop", "stop by the HA manager"},
});

}  // namespace

std::optional<Upid> parse_upid(std::string_view text) {
  text = trim(text);
  const size_t at = text.find("UPID:");
  if (at == std::string_view::npos) return std::nullopt;
  text = text.substr(at);
  text = text.substr(0, text.find_first_of(" \t'\""));
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() < 8) return std::nullopt;
  const auto pid = parse_int<uint32_t>(parts[2], 16);
  const auto ticks = parse_int<uint64_t>(parts[3], 16);
  const auto started = parse_int<uint32_t>(parts[4], 16);
  // 100 ticks a second (USER_HZ); a century of uptime is no uptime.
  if (parts[1].empty() || !pid || !ticks || !started || *ticks > uint64_t{100} * 86400 * 36525) return std::nullopt;
  Upid upid;
  upid.node = parts[1];
  upid.pid = *pid;
  upid.uptime = static_cast<Ns>(*ticks) * (kSecond / 100);
  upid.started = static_cast<Ns>(*started) * kSecond;
  upid.type = parts[5];
  upid.id = parts[6];
  upid.user = parts[7];
  return upid;
}

Reading read_upid(const Upid& upid) {
  Reading reading;
  reading.what =
      fmt::format("Proxmox VE task {}{}", upid.type, upid.id.empty() ? "" : fmt::format(" of guest {}", upid.id));
  std::string_view text = "a task of Proxmox VE";
  for (const Type& type : kTypes) {
    if (type.name == upid.type) text = type.text;
  }
  const Instant started{upid.started, Precision::Second};
  reading.meaning = fmt::format("{}, on {} at {}, by {}", text, upid.node, format_utc(started),
                                upid.user.empty() ? "nobody named" : upid.user);
  reading.field("node", upid.node);
  reading.field("pid", fmt::to_string(upid.pid));
  reading.field("started", format_utc(started));
  reading.field("uptime", fmt::format("{}.{:02} s", upid.uptime / kSecond, upid.uptime % kSecond / (kSecond / 100)));
  reading.field("booted", format_utc({upid.booted(), Precision::Second}));
  reading.field("user", upid.user);
  reading.note("Its log is below /var/log/pve/tasks; a task without an end line was still running when the host died.");
  reading.note(
      "The start of the host follows from the two times, right to about a second: it holds wherever the task was read, "
      "even when the journal is gone.");
  return reading;
}

}  // namespace inquest::crashtext
