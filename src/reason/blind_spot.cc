#include "reason/blind_spot.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/coverage.h"

namespace inquest::reason {
namespace {

using model::BlindSpot;
using model::Case;
using model::Channel;
using model::Citation;
using model::LandmarkKind;

// A kernel log whose last line is at most this long before the death reached it: a quiet kernel says little.
constexpr Ns kReaches = 10 * kMinute;

class BlindSpots {
 public:
  BlindSpots(const Scene& scene, const Death& death, const std::vector<model::Baseline>& baselines)
      : scene_(scene), case_(scene.the_case), death_(death), baselines_(baselines) {}

  std::vector<BlindSpot> run() {
    if (death_.panic == nullptr) {
      panic_capture();
      kernel_log();
      lockup_detector();
      hardware_watchdog();
      hardware_errors();
    }
    figures();
    if (death_.network_silent) only_network();
    peer_clock();
    return std::move(out_);
  }

 private:
  void add(std::string id, std::string text, std::string close, std::vector<Citation> cites = {}) {
    out_.push_back({std::move(id), std::move(text), std::move(close), std::move(cites)});
  }

  // What the kernel of the boot that died said of itself; the next boot's words only tell what is configured now.
  const model::Landmark* said_then(LandmarkKind kind) const {
    return death_.boot != nullptr ? death_.boot->landmark(kind) : nullptr;
  }

  const model::Fact* fact(std::string_view key) const {
    for (const model::Fact& fact : case_.facts) {
      if (fact.key == key && scene_.names.host(fact.host) == death_.host) return &fact;
    }
    return nullptr;
  }

  // The whole log of a kernel from its start, in the evidence: only then does a missing line say anything.
  static bool whole_log(const BootTrack* boot) {
    return boot != nullptr && boot->landmark(LandmarkKind::KernelBanner) != nullptr;
  }

  void panic_capture() {
    if (said_then(LandmarkKind::PstoreArmed) == nullptr) {
      std::vector<Citation> cites;
      std::string text = "Panic capture (pstore): ";
      const model::Fact* entries = fact("pstore.entries");
      if (entries != nullptr) {
        cites.push_back(entries->cite);
        text += entries->value == "0" ? "the store was found empty, which says nothing, because "
                                      : "records were listed but are not in the evidence, because ";
      }
      if (whole_log(death_.boot)) {
        cites.push_back(case_.cite(death_.boot->landmark(LandmarkKind::KernelBanner)->event));
        text += "the kernel that died registered no backend.";
      } else {
        text +=
            "nothing shows that a backend was registered in the boot that died; systemd-pstore also moves records to "
            "/var/lib/systemd/pstore at the next boot.";
      }
      add("panic-capture-pstore", std::move(text),
          "Check `dmesg | grep 'persistent store backend'` and /var/lib/systemd/pstore; load efi_pstore or ramoops, "
          "and leave systemd-pstore enabled.",
          std::move(cites));
    }
    if (said_then(LandmarkKind::CrashKernel) == nullptr) {
      std::vector<Citation> cites;
      std::string text = "Panic capture (kdump): nothing shows that a crash kernel was loaded.";
      if (const model::Fact* line = fact("kernel.cmdline");
          line != nullptr && line->value.find("crashkernel=") == std::string::npos) {
        cites.push_back(line->cite);
        text =
            "Panic capture (kdump): the command line of the kernel that runs now reserves no memory for a crash "
            "kernel, and nothing shows "
            "that the one that died had it.";
      }
      add("panic-capture-kdump", std::move(text),
          "apt install kdump-tools, reserve crashkernel=512M, and prove it once with `echo c > /proc/sysrq-trigger`.",
          std::move(cites));
    }
    if (!has_console() && said_then(LandmarkKind::NetconsoleUp) == nullptr) {
      const model::Observation* seen = panic_seen();
      add("panic-capture-console", console_words(seen),
          "Send kernel messages off the box: netconsole to another host, or a serial console (IPMI SOL) that is "
          "logged.",
          seen == nullptr ? std::vector<Citation>() : std::vector{seen->cite});
    }
  }

  const model::Observation* panic_seen() const {
    const auto found = std::ranges::find_if(death_.observations, [](const auto* seen) { return shows_panic(*seen); });
    return found == death_.observations.end() ? nullptr : *found;
  }

  static std::string console_words(const model::Observation* seen) {
    if (seen == nullptr)
      return "Panic capture (console): no serial console or netconsole was recorded, so a panic would have gone to a "
             "screen that nobody saw.";
    if (seen->sense == "netconsole" || seen->sense == "serial")
      return fmt::format(
          "Panic capture (console): what came over {} was seen and not kept; only the noted words are in the evidence.",
          seen->sense);
    return "Panic capture (console): the panic went to the screen alone; what stood above its last lines is lost.";
  }

  bool has_console() const {
    return death_.boot != nullptr && std::ranges::any_of(death_.boot->segments, [&](const Segment& segment) {
             return case_.streams[segment.stream].channel == Channel::Console;
           });
  }

  // Whether a log of the kernel that died reaches the death: only then would a last warning be in it.
  void kernel_log() {
    if (death_.after &&
        !watching(scene_.coverage, death_.host, model::Watch::KernelLog, death_.after->earliest, kReaches).empty())
      return;
    std::vector<Citation> cites;
    if (death_.boot != nullptr) {
      for (const Segment& segment : death_.boot->segments) cites.push_back(case_.cite(segment.last));
    }
    add("kernel-log",
        cites.empty() ? "Kernel log: there is no log of the boot that died, so neither a panic nor a last warning can "
                        "be excluded."
                      : "Kernel log: the log of the boot that died ends well before the death; a last warning would "
                        "not be in it.",
        "Keep the journal on disk (Storage=persistent), without log2ram, and forward it to another host.",
        std::move(cites));
  }

  void lockup_detector() {
    if (said_then(LandmarkKind::NmiWatchdogOn) != nullptr) return;
    const auto* off = said_then(LandmarkKind::NmiWatchdogOff);
    std::string text = off != nullptr ? "Lockup detection: the kernel that died had its hard lockup detector disabled."
                                      : "Lockup detection: nothing shows that the hard lockup detector was on, or that "
                                        "a lockup would have become a panic.";
    std::vector<Citation> cites;
    if (off != nullptr) cites.push_back(case_.cite(off->event));
    if (const model::Fact* line = fact("kernel.cmdline");
        line != nullptr && line->value.find("nmi_watchdog=0") != std::string::npos) {
      cites.push_back(line->cite);
      text = "Lockup detection: the command line has nmi_watchdog=0, which turns the hard lockup detector off.";
    }
    add("lockup-detection", std::move(text),
        "sysctl kernel.nmi_watchdog=1 kernel.hardlockup_panic=1 kernel.softlockup_panic=1 kernel.panic=30",
        std::move(cites));
  }

  void hardware_watchdog() {
    if (said_then(LandmarkKind::WatchdogArmed) != nullptr) return;
    const auto* device = said_then(LandmarkKind::WatchdogDevice);
    std::vector<Citation> cites;
    if (device != nullptr) cites.push_back(case_.cite(device->event));
    add("hardware-watchdog",
        device != nullptr
            ? "Hardware watchdog: its driver was loaded, but nothing shows that anything fed it; unarmed, it resets "
              "nothing."
            : "Hardware watchdog: nothing shows that one was armed; a hung host then stays hung until a person comes.",
        "Load the board's watchdog driver and let systemd feed it: RuntimeWatchdogSec=30 in /etc/systemd/system.conf.",
        std::move(cites));
  }

  void hardware_errors() {
    for (const std::string_view key : {"kernel.cmdline", "grub.cmdline"}) {
      const model::Fact* line = fact(key);
      if (line == nullptr || line->value.find("noaer") == std::string::npos) continue;
      add("pcie-errors",
          "PCIe errors: pci=noaer turns Advanced Error Reporting off. It prevents no error; it hides the evidence of "
          "the next one.",
          "Remove pci=noaer from the kernel's command line.", {line->cite});
      break;
    }
    if (death_.next == nullptr || death_.next->segments.empty()) {
      add("machine-checks",
          "Machine checks: no kernel log from after the reset is in the evidence; errors that the CPU's banks kept "
          "would be printed there.",
          "Add `dmesg` or `journalctl -k -b` of the boot after the reset, and rasdaemon for the next time.");
      return;
    }
    if (death_.next->landmark(LandmarkKind::MachineCheck) != nullptr) return;
    add("machine-checks",
        "Machine checks: none is printed after the reset, which says little: not every machine keeps its banks over a "
        "power cycle, and BERT may be off.",
        "Look for `BERT` and `Previous system reset reason` in dmesg after the next one; run rasdaemon.",
        death_.next->start_cites.empty() ? std::vector<Citation>{} : std::vector{death_.next->start_cites.front()});
  }

  void figures() {
    if (!death_.network_silent) return;  // nobody kept figures of this host
    for (const model::Baseline& one : baselines_) {
      if (one.verdict != model::Normality::NoFigures || one.subsystem == "cpu" || one.subsystem == "memory") continue;
      if (one.subsystem == "disk") {
        add("disk-figures", fmt::format("Disk: {}; a storage stall cannot be excluded.", one.text),
            "Add the disk and diskio figures of the last hours.", one.cites);
      } else if (one.subsystem == "temperature") {
        add("temperature", "Temperature: no figures were kept, so overheating cannot be excluded.",
            "Collect them: telegraf's inputs.temp and inputs.sensors, or the BMC's sensors.");
      }
    }
  }

  // All witnesses over one network card see the same thing.
  void only_network() {
    std::vector<Citation> cites;
    bool local = false;
    for (const model::Witness& witness : death_.witnesses) {
      if (witness.path.starts_with("network of ")) {
        cites.insert(cites.end(), witness.cites.begin(), witness.cites.end());
      } else if (witness.path == "in front of the machine") {
        local = true;
      }
    }
    add("one-network-path",
        local ? "Independence: everything but what a person saw at the machine came over its network, and proves only "
                "that the network fell silent."
              : "Independence: all witnesses came over the host's network; a dead network card on a living host looks "
                "the same to them.",
        "Watch the host by a second path: a serial console, its BMC, a second network card.", std::move(cites));
  }

  void peer_clock() {
    if (death_.peer_lost == nullptr) return;
    add("clock-offset",
        "Clocks: the peer's time and the host's come from two clocks, whose difference is not in the evidence.",
        "Collect `chronyc tracking` of both hosts.", {case_.cite(death_.peer_lost->event)});
  }

  const Scene& scene_;
  const Case& case_;
  const Death& death_;
  const std::vector<model::Baseline>& baselines_;
  std::vector<BlindSpot> out_;
};

}  // namespace

std::vector<BlindSpot> blind_spots(const Scene& scene, const Death& death,
                                   const std::vector<model::Baseline>& baselines) {
  return BlindSpots(scene, death, baselines).run();
}

}  // namespace inquest::reason
