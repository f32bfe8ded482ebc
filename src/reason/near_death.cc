#include "reason/near_death.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Crash;
using model::CrashSeverity;
using model::LandmarkKind;

// Trouble within this time of earlier trouble is part of it.
constexpr Ns kSameTrouble = kHour;
// What others saw of a death, and what the host's own logs say of it, lie so close together at most.
constexpr Ns kAroundDeath = 10 * kMinute;
// A log that goes on for so long shows that the host did.
constexpr Ns kLivesOn = kMinute;
constexpr std::ptrdiff_t kMostOfAHost = 10;

struct ClassOfType {
  std::string_view type;
  std::string_view name;
};
// docs/crash-types.md. What is fatal and not named here is the kernel's own fault.
constexpr ClassOfType kClasses[] = {{"BOOT-NO-ROOT", "boot-failure"},
                                    {"HARD-LOCKUP", "hard-lockup"},
                                    {"OOM-KILL", "out-of-memory"},
                                    {"HW-APEI", "machine-check"},
                                    {"HW-EDAC-UE", "machine-check"},
                                    {"HW-MCE", "machine-check"},
                                    {"HW-MEMORY-FAILURE", "machine-check"},
                                    {"NIC-FIRMWARE", "network-loss"},
                                    {"NIC-HANG", "network-loss"},
                                    {"NIC-LOST", "network-loss"},
                                    {"NVME-DOWN", "storage-loss"},
                                    {"SCSI-OFFLINE", "storage-loss"},
                                    {"RAID-CONTROLLER", "storage-loss"},
                                    {"DRBD-SPLIT-BRAIN", "storage-loss"},
                                    {"FS-BTRFS", "storage-loss"},
                                    {"FS-EXT4", "storage-loss"},
                                    {"FS-F2FS", "storage-loss"},
                                    {"FS-GFS2", "storage-loss"},
                                    {"FS-OCFS2", "storage-loss"},
                                    {"FS-XFS-SHUTDOWN", "storage-loss"},
                                    {"ZFS-PANIC", "storage-loss"},
                                    {"ZFS-SUSPENDED", "storage-loss"}};
// Of the boot before, of a guest, of one device that a host can do without, or followed by a reset that shows by
// itself.
constexpr std::string_view kNoTrouble[] = {"HW-BERT",        "HW-RESET-REASON", "GUEST-PANIC", "GPU-LOST",
                                           "REBOOT",         "CLUSTER-FENCE",   "SYZ_FAILURE", "THERMAL-SHUTDOWN",
                                           "WATCHDOG-RESET", "XEN-DOMAIN-CRASH"};

class Finder {
 public:
  Finder(const Scene& scene, const std::vector<Death>& deaths, std::deque<BootTrack>& fragments)
      : scene_(scene), case_(scene.the_case), deaths_(deaths), fragments_(fragments) {}

  std::vector<Death> run() {
    if (scene_.at && !deaths_.empty()) return {};
    for (const Crash& crash : case_.crashes) {
      if (!trouble_class(case_, crash).empty() && !follows_trouble(crash)) take(crash);
    }
    for (Death& death : out_) conclude(death);
    if (scene_.at && out_.size() > 1) keep_nearest();
    return std::move(out_);
  }

 private:
  // Whether what led to it is trouble already. The links lead back in the case, so this ends.
  bool follows_trouble(const Crash& crash) const {
    for (const Crash* one = &crash; one->consequence_of && &case_.crashes[*one->consequence_of] < one;) {
      one = &case_.crashes[*one->consequence_of];
      if (!trouble_class(case_, *one).empty()) return true;
    }
    return false;
  }

  void take(const Crash& crash) {
    const auto when = case_.when(crash.first);
    const BootTrack* boot = find(scene_.boots, crash);
    const model::StrId host = scene_.names.host(case_.host_of(case_.events[crash.first]));
    if (accounted_for(host, boot, when) || left_by_a_death(boot, crash)) return;
    if (boot == nullptr) boot = find(fragments_, crash);
    if (boot == nullptr) boot = &add_fragment(crash);
    for (Death& death : out_) {
      if (death.host != host || !same_trouble(death, crash, when)) continue;
      if (death.boot == boot) death.troubles.push_back(&crash);
      return;
    }
    if (std::ranges::count(out_, host, &Death::host) >= kMostOfAHost) return;
    Death& death = out_.emplace_back();
    death.host = host;
    death.boot = boot;
    death.fate = Fate::Survived;
    death.troubles.push_back(&crash);
  }

  template <class Tracks>
  const BootTrack* find(const Tracks& tracks, const Crash& crash) const {
    const auto found =
        std::ranges::find_if(tracks, [&](const BootTrack& track) { return holds(case_, track, crash.first); });
    return found == tracks.end() ? nullptr : &*found;
  }

  const BootTrack& add_fragment(const Crash& crash) {
    BootTrack& track = fragments_.emplace_back();
    for (const Presence& presence : scene_.presences) {
      const Segment segment{presence.stream, presence.host, presence.first, presence.last};
      if (!holds(case_, segment, crash.first)) continue;
      track.host = scene_.names.host(presence.host);
      track.segments.push_back(segment);
      track.start_cites.push_back(case_.cite(presence.first));
      track.end_cites.push_back(case_.cite(presence.last));
      break;
    }
    track.end_text = "its log ends";
    for (const model::Landmark& mark : case_.landmarks) {
      if (!track.segments.empty() && holds(case_, track.segments.front(), mark.event)) track.landmarks.push_back(&mark);
    }
    return track;
  }

  // Trouble of a boot that died is its death's to tell, and so is what a log of no known boot says of that time.
  bool accounted_for(model::StrId host, const BootTrack* boot, const std::optional<model::Moment>& when) const {
    return std::ranges::any_of(deaths_, [&](const Death& death) {
      if (death.host != host) return false;
      if (boot != nullptr && death.boot != nullptr) return boot == death.boot;
      if (!when) return true;
      return death.in_range(when->latest) && (!death.before || when->earliest <= death.before->latest + kAroundDeath);
    });
  }

  // What a kernel finds in the hardware's banks as it starts was left there by the death before it.
  bool left_by_a_death(const BootTrack* boot, const Crash& crash) const {
    return boot != nullptr && crash.type.starts_with("HW-") && at_start_of(case_, *boot, crash.first, kMinute) &&
           std::ranges::any_of(deaths_, [&](const Death& death) { return death.next == boot; });
  }

  // Logs may keep copies of one report, and one fault makes many.
  bool same_trouble(const Death& death, const Crash& crash, const std::optional<model::Moment>& when) const {
    const Crash& last = *death.troubles.back();
    const model::Event& a = case_.events[last.last];
    const model::Event& b = case_.events[crash.first];
    if (a.stream == b.stream) return b.time - a.time <= kSameTrouble;
    const auto other = case_.when(last.last);
    if (!when || !other) return last.title == crash.title;
    return when->earliest <= other->latest + kSameTrouble && other->earliest <= when->latest + kSameTrouble;
  }

  // It happened when the kernel said so. Whether the host outlived it, its log tells, if it goes on.
  void conclude(Death& death) const {
    const Crash& first = *death.troubles.front();
    death.cites = {case_.cite(first.first)};
    death.after = case_.when(first.first);
    death.before = death.after;
    const model::Landmark* panic = death.boot->landmark(LandmarkKind::Panic);
    if (panic != nullptr && panic->event >= first.first) {
      death.fate = Fate::Died;
      death.panic = panic;
      death.after = case_.when(panic->event);
      death.before = death.after;
      death.text = "The kernel said itself that it died.";
      return;
    }
    death.outlived = outlived(death, *death.troubles.back());
    if (death.outlived > 0) {
      death.text =
          fmt::format("That is when the kernel reported it; the host's log goes on for {} after the last report.",
                      format_duration(death.outlived));
    } else {
      death.text = "That is when the kernel reported it; what became of the host is not in the evidence.";
    }
  }

  // How long the log goes on behind a report; 0 where that is too short to mean something.
  Ns outlived(const Death& death, const Crash& crash) const {
    for (const Segment& segment : death.boot->segments) {
      if (!holds(case_, segment, crash.last)) continue;
      const Ns span = case_.events[segment.last].time - case_.events[crash.last].time;
      return span >= kLivesOn ? span : 0;
    }
    return 0;
  }

  void keep_nearest() {
    const auto distance = [&](const Death& death) {
      return death.after ? std::abs(death.after->middle() - scene_.at->ns) : std::numeric_limits<Ns>::max();
    };
    Death nearest = std::move(*std::ranges::min_element(out_, {}, distance));
    out_.clear();
    out_.push_back(std::move(nearest));
  }

  const Scene& scene_;
  const model::Case& case_;
  const std::vector<Death>& deaths_;
  std::deque<BootTrack>& fragments_;
  std::vector<Death> out_;
};

// Of one control group, whose limit is what ran out: the host has memory left.
bool of_control_group(const model::Case& the_case, const Crash& report) {
  return std::ranges::any_of(the_case.landmarks, [&](const model::Landmark& mark) {
    return mark.kind == LandmarkKind::OutOfMemory && report.first <= mark.event && mark.event <= report.last &&
           the_case.str(mark.text).starts_with("Memory cgroup");
  });
}

}  // namespace

std::string trouble_class(const model::Case& the_case, const Crash& report) {
  if (report.previous_boot || std::ranges::find(kNoTrouble, report.type) != std::end(kNoTrouble)) return {};
  if (report.panicked) return "kernel-panic";
  if (report.type == "HANG") {
    const auto says = [&](std::string_view words) { return contains_nocase(report.title, words); };
    return says("rcu") ? "rcu-stall" : says("soft lockup") ? "soft-lockup" : "hung-task";
  }
  if (report.type == "OOM-KILL" && of_control_group(the_case, report)) return {};
  const auto* known = std::ranges::find(kClasses, report.type, &ClassOfType::type);
  if (known != std::end(kClasses)) return std::string(known->name);
  return report.severity == CrashSeverity::Fatal ? "kernel-oops" : "";
}

bool part_of_near_death(const model::Case& the_case, const Death& death, const Crash& report) {
  const model::Event& event = the_case.events[report.first];
  const model::Event& last = the_case.events[death.troubles.back()->last];
  if (event.stream != last.stream) return false;
  return report.first >= death.troubles.front()->first && event.time - last.time <= kSameTrouble;
}

std::vector<Death> find_near_deaths(const Scene& scene, const std::vector<Death>& deaths,
                                    std::deque<BootTrack>& fragments) {
  return Finder(scene, deaths, fragments).run();
}

}  // namespace inquest::reason
