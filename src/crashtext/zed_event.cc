#include "crashtext/zed_event.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/errno_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostFields = 64;

struct Class {
  std::string_view name;
  std::string_view meaning;
  std::string_view note;
};

// include/sys/fm/fs/zfs.h
constexpr auto kClasses = std::to_array<Class>({
    {"checksum", "data read from a device did not match its checksum",
     "With redundancy it was repaired on the spot. It says that device, cable, controller or RAM changed data, and not "
     "which of them: one vdev alone points "
     "to its path, several at once to memory or the controller."},
    {"data", "data is damaged beyond repair: no copy matched its checksum",
     "`zpool status -v` names the file or object; ZFS-8000-8A. Bits that flipped in RAM before they were written have "
     "a valid checksum and are not seen at all."},
    {"io", "a read or write failed on a device",
     "The device said so: look at the kernel's lines of the same moment (NVMe, ATA, SCSI)."},
    {"delay", "a device took longer than zio_slow_io_ms (30 s) for one request",
     "Slow is the first sign of a dying disk, a stuck controller or link."},
    {"deadman", "a request is outstanding for minutes",
     "The device hangs: the pool will block (failmode=wait) until it answers."},
    {"statechange", "a device changed its state", ""},
    {"vdev.unknown", "a device of unknown type", ""},
    {"vdev.open_failed", "a device could not be opened", ""},
    {"vdev.corrupt_data", "a device's label is damaged", ""},
    {"vdev.bad_label", "a device's label is damaged", ""},
    {"vdev.no_replicas", "too few devices are left for the pool", ""},
    {"io_failure", "the pool is suspended: too many devices failed",
     "Everything that touches it blocks from now on, the host's own log perhaps as well; `zpool clear` after the "
     "devices are back."},
    {"authentication", "encrypted data failed its authentication", ""},
    {"probe_failure", "a device did not answer a test", ""},
    {"log_replay", "the intent log could not be replayed", ""},
    {"config.sync", "the pool's configuration was written", ""},
    {"history_event", "a command changed the pool", ""},
    {"scrub_start", "a scrub started", ""},
    {"scrub_finish", "a scrub ended", "Its result is in `zpool status`."},
    {"resilver_start", "a resilver started", ""},
    {"resilver_finish", "a resilver ended", ""},
    {"pool_import", "a pool was imported", ""},
});

// enum zio_priority
constexpr std::array<std::string_view, 9> kPriorities = {"synchronous read",
                                                         "synchronous write",
                                                         "asynchronous read",
                                                         "asynchronous write",
                                                         "scrub",
                                                         "removal",
                                                         "initialising",
                                                         "trim",
                                                         "rebuild"};

}  // namespace

std::string_view ZedEvent::get(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::optional<ZedEvent> parse_zed_event(std::string_view line) {
  ZedEvent event;
  Scan scan(line);
  while (!scan.blanks().at_end() && event.fields.size() < kMostFields) {
    Scan ahead = scan;
    const std::string_view key = ahead.take_while([](char c) { return Scan::letter(c) || Scan::digit(c) || c == '_'; });
    if (key.empty() || !ahead.take('=')) {
      (void)scan.word();
      continue;
    }
    std::string_view value;
    if (ahead.take('\'')) {
      const auto quoted = ahead.until('\'');
      value = quoted ? *quoted : ahead.word();
    } else {
      value = ahead.word();
    }
    event.fields.emplace_back(key, value);
    scan = ahead;
  }
  if (event.get("class").empty()) return std::nullopt;
  return event;
}

Reading read_zed_event(const ZedEvent& event) {
  Reading reading;
  const std::string_view kind = event.get("class");
  reading.what = fmt::format("ZFS event, class {}{}", kind,
                             event.get("pool").empty() ? "" : fmt::format(", pool {}", event.get("pool")));
  reading.meaning = "a class that is not known here";
  std::string_view note;
  for (const Class& entry : kClasses) {
    if (entry.name != kind && !kind.ends_with(fmt::format(".{}", entry.name))) continue;
    reading.meaning = std::string(entry.meaning);
    note = entry.note;
    break;
  }
  for (const auto& [key, value] : event.fields) {
    if (key == "class") continue;
    std::string text = value;
    if (key == "err") {
      if (const ErrnoName* name = find_errno(parse_int<int>(value).value_or(0))) {
        text = fmt::format(
            "{}: {}{}", value, name->name,
            name->name == "EBADE" ? " = ECKSUM, the checksum did not match" : fmt::format(", {}", name->text));
      }
    } else if (key == "priority") {
      if (const auto number = parse_int<size_t>(value); number && *number < kPriorities.size())
        text = fmt::format("{}: {}", value, kPriorities[*number]);
    } else if (key == "offset") {
      if (const auto bytes = parse_int<uint64_t>(value))
        text = fmt::format("{} ({:.2f} TiB into the device)", value, static_cast<double>(*bytes) / 1099511627776.0);
    } else if (key == "size") {
      if (const auto bytes = parse_int<uint64_t>(value); bytes && *bytes >= 1024)
        text = fmt::format("{} ({} KiB)", value, *bytes / 1024);
    }
    reading.field(key, text);
  }
  reading.note(std::string(note));
  const auto eid = parse_int<uint64_t>(event.get("eid"));
  if (eid && *eid > 1)
    reading.note(fmt::format(
        "Event {} since the module was loaded: `zpool events -v` has those before it, until a reboot.", *eid));
  return reading;
}

}  // namespace inquest::crashtext
