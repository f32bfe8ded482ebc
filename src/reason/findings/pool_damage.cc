// What did ZFS find damaged, and what does that say?
// Source: OpenZFS lib/libzfs/libzfs_pool.c, zpool_obj_to_path(); include/sys/zvol_impl.h (ZVOL_OBJ 1); include/os/linux
// /spl/sys/errno.h (ECKSUM is EBADE, 52); include/sys/zio_priority.h.
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/finding_rule.h"

namespace inquest::reason {
namespace {

using model::Citation;
using model::Fact;
using model::Finding;

constexpr size_t kMostObjects = 20;

struct Object {
  std::string_view dataset;
  std::string_view number;  // "0x1"; empty where a file is named
};

// "rpool/data/vm-200-disk-0:<0x1>"
Object parse_object(std::string_view text) {
  const size_t at = text.rfind(":<");
  if (at == std::string_view::npos || !text.ends_with('>')) return {text, {}};
  return {text.substr(0, at), text.substr(at + 2, text.size() - at - 3)};
}

// "200" of "rpool/data/vm-200-disk-0", also of base-, subvol- and snapshots; empty for other names.
std::string_view guest_of(std::string_view dataset) {
  std::string_view name = dataset.substr(dataset.rfind('/') + 1);
  for (const std::string_view start : {"vm-", "base-", "subvol-", "basevol-"}) {
    if (!name.starts_with(start)) continue;
    name.remove_prefix(start.size());
    name = name.substr(0, name.find('-'));
    return parse_int<uint32_t>(name) ? name : std::string_view();
  }
  return {};
}

std::string describe(std::string_view value) {
  const Object object = parse_object(value);
  std::string out = printable(value);
  const std::string_view guest = guest_of(object.dataset);
  const std::string_view name = object.dataset.substr(object.dataset.rfind('/') + 1);
  const bool volume = name.starts_with("vm-") || name.starts_with("base-");
  if (object.dataset == "<metadata>") {
    out += " (the pool's own metadata)";
  } else if (volume && object.number == "0x1") {
    out += fmt::format(
        " (object 1 of a volume is all of its data: some block of the disk of guest {} is lost, and which "
        "file in the guest that was only the guest can tell)",
        printable(guest));
  } else if (!object.number.empty() && object.dataset.starts_with('<')) {
    out += " (of a dataset that is gone)";
  } else if (!object.number.empty()) {
    out += " (an object without a path: deleted since, or not mounted)";
  }
  return out;
}

void damaged(const HostFacts& facts, std::vector<Finding>& out) {
  const auto& objects = facts.all("zpool.object");
  if (objects.empty()) return;
  std::string text = fmt::format("ZFS lists {} with permanent errors:", counted(objects.size(), "object"));
  std::vector<Citation> cites;
  for (size_t i = 0; i < objects.size() && i < kMostObjects; ++i) {
    text += fmt::format("{} {}", i == 0 ? "" : ";", describe(objects[i]->value));
    cites.push_back(objects[i]->cite);
  }
  out.push_back({"zfs-permanent-errors",
                 {},
                 text + ".",
                 "Whoever reads such a block gets an I/O error (EIO); that alone makes no kernel panic. It shows that "
                 "what was written, or what was read back, is not what the checksum says. Blocks that were wrong in "
                 "memory before "
                 "they were checksummed are stored with a valid checksum and are not in this list.",
                 {"Restore or destroy what is listed, scrub, and look again; the list clears after a clean scrub.",
                  "zpool scrub POOL && zpool status -v && zpool events -v"},
                 std::move(cites)});
}

// "eid=12 class=checksum pool='rpool' vdev=... err=52": the value of one of zed's words.
std::string_view word(std::string_view line, std::string_view name) {
  for (std::string_view each : split_blanks(line)) {
    if (!each.starts_with(name) || each.size() <= name.size() || each[name.size()] != '=') continue;
    each.remove_prefix(name.size() + 1);
    if (each.size() >= 2 && each.front() == '\'' && each.back() == '\'') each = each.substr(1, each.size() - 2);
    return each;
  }
  return {};
}

// How long after the start of its boot the event came; empty where no boot of the host is known to be its own.
std::string since_boot(const Scene& scene, model::StrId host, model::EventId event) {
  const auto when = scene.the_case.when(event);
  std::optional<Ns> start;
  for (const BootTrack& boot : scene.boots) {
    if (!when || boot.host != host || !boot.start || boot.start->latest > when->latest) continue;
    if (!start || boot.start->latest > *start) start = boot.start->latest;
  }
  if (!start) return {};
  return fmt::format(" The first came {} after the start of that boot.", format_duration(when->latest - *start));
}

// How ZFS' events of one host read together.
void reported(const Scene& scene, const HostFacts& facts, std::vector<Finding>& out) {
  const model::Case& the_case = scene.the_case;
  std::set<std::string> devices;
  std::map<std::string, size_t> classes;
  std::vector<Citation> cites;
  bool checksum = false;
  bool unrecoverable = false;
  int64_t first = 0;
  model::EventId first_event = model::kNoEvent;
  for (const model::Landmark& mark : the_case.landmarks) {
    if (mark.kind != model::LandmarkKind::StorageError ||
        scene.names.host(the_case.host_of(the_case.events[mark.event])) != facts.host())
      continue;
    const std::string_view line = the_case.str(mark.text);
    const std::string_view name = word(line, "class");
    if (name.empty()) continue;
    if (first_event == model::kNoEvent) first_event = mark.event;
    ++classes[printable(name)];
    if (cites.size() < kMostObjects) cites.push_back(the_case.cite(mark.event));
    checksum = checksum || name == "checksum" || word(line, "err") == "52";
    unrecoverable = unrecoverable || name == "data";
    if (const auto device = word(line, "vdev"); !device.empty() && devices.size() < 10)
      devices.insert(printable(device));
    if (first == 0 || (mark.number != 0 && mark.number < first)) first = mark.number;
  }
  if (cites.empty()) return;
  std::string text = "ZFS reported";
  for (const auto& [name, count] : classes) text += fmt::format(" {} of class {},", count, name);
  text.pop_back();
  if (!devices.empty()) {
    text += " on";
    for (const std::string& device : devices) text += fmt::format(" {}", device);
  }
  text += ".";
  if (checksum) text += " Error 52 (EBADE, which ZFS uses as ECKSUM) means: read, but with a wrong checksum.";
  if (unrecoverable) text += " Class data means: no copy was good, so the reader got an error.";
  if (first_event != model::kNoEvent) text += since_boot(scene, facts.host(), first_event);
  if (first > 1) text += fmt::format(" The events before number {} are not in the evidence.", first);
  std::string why =
      devices.size() > 1
          ? "Wrong checksums on several devices at once speak for what they share: memory, controller, "
            "power, CPU."
          : "With one device, a wrong checksum does not tell the disk from memory, CPU or cable: each makes "
            "the same event.";
  out.push_back({"zfs-errors",
                 {},
                 std::move(text),
                 std::move(why),
                 {"Read all events with their details, test the memory, and look at the disk's own figures.",
                  "zpool events -v; smartctl -a /dev/DISK; memtest86+"},
                 std::move(cites)});
}

void find(const Scene& scene, const HostFacts& facts, std::vector<Finding>& out) {
  damaged(facts, out);
  reported(scene, facts, out);
}

}  // namespace

extern const FindingRule pool_damage_finding_rule;
const FindingRule pool_damage_finding_rule{"what did ZFS find damaged?", find};

}  // namespace inquest::reason
