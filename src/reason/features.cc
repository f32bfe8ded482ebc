#include "reason/features.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/tasks.h"

namespace inquest::reason {
namespace {

using model::Incident;
using model::Normality;
using model::Statement;

constexpr Ns kTogether = kMinute;        // hosts that die within this time of each other die together
constexpr Ns kFresh = 2 * kMinute;       // figures that end so shortly before the last sign of life reach the death
constexpr double kIdle = 95;             // per cent of time that the processors have nothing to do
constexpr Ns kJustBegun = 10 * kMinute;  // a task begun so shortly before a death may have led to it

class Features {
 public:
  Features(const Scene& scene, const Death& death, const Incident& incident, const std::vector<Incident>& all)
      : scene_(scene), case_(scene.the_case), death_(death), incident_(incident), all_(all) {}

  std::vector<Feature> run() {
    the_end();
    figures();
    changes();
    crashes();
    company();
    passthrough();
    processor();
    tasks();
    return std::move(out_);
  }

 private:
  void add(std::string name, std::string value, std::string text, std::vector<model::Citation> cites) {
    out_.push_back({std::move(name), std::move(value), std::move(text), std::move(cites)});
  }
  static std::string seconds(Ns span) { return std::to_string(span / kSecond); }

  // How the boot ended, how old it was, and how long the host was gone.
  void the_end() {
    if (death_.boot != nullptr && death_.boot->end == model::BootEnd::Cut)
      add("abrupt-end", "", "Its records break off without a shutdown.", death_.boot->end_cites);
    if (death_.panic != nullptr)
      add("panic-seen", printable(case_.str(death_.panic->text)), "Its kernel said that it panicked.",
          {case_.cite(death_.panic->event)});
    for (const model::Observation* seen : death_.observations) {
      if (!shows_panic(*seen)) continue;
      add("panic-seen", printable(seen->text), "A panic was seen on its screen.", {seen->cite});
      break;
    }
    if (const auto span = death_.silence())
      add("down-for", seconds(*span),
          fmt::format("It was gone for {} before its next kernel started.", format_duration(*span)),
          incident_.reset_cites);
    if (death_.boot != nullptr && death_.boot->start && death_.after) {
      const Ns span = death_.after->middle() - death_.boot->start->middle();
      if (span >= 0)
        add("uptime-at-death", seconds(span), fmt::format("It had been up for {}.", format_duration(span)),
            death_.boot->start_cites);
    }
    const bool heard = !incident_.witnesses.empty();
    const bool network_only = heard && std::ranges::all_of(incident_.witnesses, [](const model::Witness& witness) {
                                return witness.path.starts_with("network of ");
                              });
    if (network_only)
      add("network-only-witnesses", "", "Every witness of its silence looked at it over its own network.",
          incident_.witnesses.front().cites);
  }

  void figures() {
    std::set<std::string> anomalous;
    for (const model::Baseline& one : incident_.baselines) {
      if (one.verdict == Normality::Anomalous) anomalous.insert(one.subsystem);
    }
    for (const model::Baseline& one : incident_.baselines) {
      // A subsystem is as sound as its worst figure, and figures that stop early say nothing of the end.
      if (one.verdict == Normality::Normal && (anomalous.contains(one.subsystem) || !reaches_the_end(one))) continue;
      add("baseline." + one.subsystem, std::string(to_string(one.verdict)),
          fmt::format("Figures of {} to the end: {}.", one.subsystem, one.text), one.cites);
      if (one.subsystem == "cpu" && one.verdict == Normality::Normal &&
          one.series.find("usage_idle") != std::string::npos && one.tail_median >= kIdle)
        add("idle-before-death", fmt::format("{:.0f}", one.tail_median),
            fmt::format("Its processors were {:.1f} % idle to the end.", one.tail_median), one.cites);
    }
  }

  bool reaches_the_end(const model::Baseline& one) const {
    return one.until && death_.after && death_.after->latest - *one.until <= kFresh;
  }

  void changes() {
    size_t recent = 0;
    for (const model::Change& change : incident_.changes) {
      add("change", fmt::format("{}: {}", change.source, change.text), change.text, change.cites);
      if (change.time || change.since_good) ++recent;
      if (change.source == "boot" && change.text.starts_with("first boot with kernel "))
        add("new-kernel", change.text.substr(std::string_view("first boot with kernel ").size()), change.text,
            change.cites);
    }
    if (recent > 0)
      add("changes", std::to_string(recent), fmt::format("{} changes are known from before the death.", recent), {});
  }

  void crashes() {
    for (const model::CrashReport& report : incident_.crashes) {
      const model::Crash& crash = report.crash;
      if (crash.previous_boot) {
        add("said-after", crash.type, printable(crash.title), report.cites);
        if (crash.type == "HW-RESET-REASON") add("reset-reason", crash.title, printable(crash.title), report.cites);
        continue;
      }
      add("crash.type", crash.type, printable(crash.title), report.cites);
      add("crash.title", crash.title, printable(crash.title), report.cites);
      if (!crash.comm.empty())
        add("crash.comm", crash.comm, fmt::format("The task was {}.", printable(crash.comm)), report.cites);
      for (const model::CrashFrame& frame : crash.frames) {
        if (frame.reliable)
          add("crash.function", frame.function, fmt::format("{} is in the trace.", printable(frame.function)),
              report.cites);
      }
      if (!crash.tainted.empty())
        add("crash.tainted", crash.tainted, fmt::format("The kernel was tainted: {}.", printable(crash.tainted)),
            report.cites);
      if (crash.hardware.empty()) continue;
      static constexpr std::string_view kVirtual[] = {"QEMU", "KVM", "VMware", "VirtualBox", "Xen", "Virtual Machine"};
      for (const std::string_view name : kVirtual) {
        if (crash.hardware.find(name) == std::string::npos) continue;
        add("virtual", crash.hardware, fmt::format("It is a virtual machine: {}.", printable(crash.hardware)),
            report.cites);
        break;
      }
    }
    if (incident_.culprit.module.empty()) return;
    const auto cites = incident_.class_reasons.empty() ? death_.cites : incident_.class_reasons.back().cites;
    add("crash.module", incident_.culprit.module,
        fmt::format("What the trace blames is in the module {}.", printable(incident_.culprit.module)), cites);
    // O: built outside of the kernel's tree; P: not under its licence.
    const std::string start = incident_.culprit.module + " ";
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "module.taint" || scene_.names.host(fact.host) != death_.host || !fact.value.starts_with(start) ||
          fact.value.find_first_of("OP", start.size()) == std::string::npos)
        continue;
      add("crash.module-out-of-tree", incident_.culprit.module,
          fmt::format("{} does not come with the kernel: its own taint is {}.", printable(incident_.culprit.module),
                      printable(fact.value.substr(start.size()))),
          {fact.cite});
      break;
    }
  }

  // Other deaths: of the same host, and of others at the same time or of the same kind.
  void company() {
    std::set<std::string> signatures;
    std::set<std::string> same;
    std::set<std::string> together;
    std::vector<model::Citation> cites;
    size_t own = 0;
    for (const Incident& one : all_) {
      if (one.host == incident_.host) {
        ++own;
        if (!one.signature.empty() && one.incident_class != "unknown") signatures.insert(one.signature);
        if (!one.death_cites.empty()) cites.push_back(one.death_cites.front());
      }
      if (one.signature == incident_.signature && one.incident_class != "unknown" && !one.signature.empty())
        same.insert(one.host);
      if (at_once(one.death, incident_.death)) together.insert(one.host);
    }
    add("deaths", std::to_string(own), fmt::format("{} deaths of it are known.", own), cites);
    add("distinct-signatures", std::to_string(signatures.size()),
        fmt::format("Its deaths are of {} kinds.", signatures.size()), cites);
    add("hosts-same-signature", std::to_string(same.size()),
        fmt::format("{} hosts died in this same way.", same.size()), incident_.death_cites);
    add("hosts-died-together", std::to_string(together.size()),
        fmt::format("{} hosts died within a minute.", together.size()), incident_.death_cites);
  }
  static bool at_once(const Interval& a, const Interval& b) {
    const auto middle = [](const Interval& one) -> std::optional<Ns> {
      if (one.after && one.before) return one.after->ns / 2 + one.before->ns / 2;
      if (one.after) return one.after->ns;
      if (one.before) return one.before->ns;
      return std::nullopt;
    };
    const auto first = middle(a);
    const auto second = middle(b);
    return first && second && std::max(*first, *second) - std::min(*first, *second) <= kTogether;
  }

  // Devices that were handed to guests.
  void passthrough() {
    for (const model::Fact& fact : case_.facts) {
      if (scene_.names.host(fact.host) != death_.host) continue;
      const bool vfio = fact.key == "modprobe.options" && fact.value.starts_with("vfio-pci ids=");
      const bool guest = fact.key.starts_with("guest.") && fact.key.find(".hostpci") != std::string::npos;
      if (vfio || guest)
        add("passthrough", fact.value, fmt::format("A device is handed to guests: {}.", printable(fact.value)),
            {fact.cite});
    }
  }

  void processor() {
    for (const model::Fact& fact : case_.facts) {
      if (fact.key != "cpu.model-name" || scene_.names.host(fact.host) != death_.host) continue;
      add("cpu", fact.value, fmt::format("Its processor is a {}.", printable(fact.value)), {fact.cite});
      break;
    }
  }

  // What the management was doing for the host when it died.
  void tasks() {
    for (const Task& task : find_tasks(case_)) {
      if (task.end != model::kNoEvent || !death_.after) continue;
      const Ns before = death_.after->middle() - task.id.start;
      if (before < 0 || before > kDay) continue;
      const std::string words =
          task.id.object.empty() ? fmt::format("The task {}", printable(task.id.type))
                                 : fmt::format("The task {} of {}", printable(task.id.type), printable(task.id.object));
      add("in-flight", std::string(task.id.type),
          fmt::format("{} had begun {} before the last sign of life and has no end.", words, format_duration(before)),
          {case_.cite(task.begin)});
      if (before <= kJustBegun)
        add("just-begun", std::string(task.id.type), fmt::format("{} had just begun.", words),
            {case_.cite(task.begin)});
    }
  }

  const Scene& scene_;
  const model::Case& case_;
  const Death& death_;
  const Incident& incident_;
  const std::vector<Incident>& all_;
  std::vector<Feature> out_;
};

}  // namespace

std::vector<Feature> find_features(const Scene& scene, const Death& death, const Incident& incident,
                                   const std::vector<Incident>& all) {
  return Features(scene, death, incident, all).run();
}

}  // namespace inquest::reason
