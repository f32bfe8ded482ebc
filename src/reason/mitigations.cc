#include "reason/mitigations.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/mentions.h"

namespace inquest::reason {
namespace {

// A parameter of the kernel's command line that is added against deaths. Sources: Documentation/admin-guide/
// kernel-parameters.txt, and the code that reads the parameter.
struct Parameter {
  std::string_view word;        // as it stands on the command line
  std::string_view does;        // a sentence
  std::string_view hypothesis;  // that it is a remedy for; empty: none
  bool hides = false;
};
constexpr std::array<Parameter, 12> kParameters = {{
    {"pci=noaer", "It turns PCIe error reporting off: it prevents no error and hides the next one.", "", true},
    {"pcie_aspm=off",
     "It keeps the kernel from touching link power saving, and leaves on what the firmware turned on (LnkCtl of lspci "
     "-vv shows it); pcie_aspm.policy=performance turns it off.",
     "pcie-vfio-gpu-stall", false},
    {"mce=off", "It turns machine checks off: a fault of the hardware is then not even reported.", "", true},
    {"mce=ignore_ce", "It ignores corrected errors, which are the warning before the uncorrected ones.", "", true},
    {"nmi_watchdog=0", "It turns the hard lockup detector off: a lockup is then silent.", "", true},
    {"nowatchdog", "It turns the lockup detectors off: a lockup is then silent.", "", true},
    {"nosoftlockup", "It turns the soft lockup detector off: a stall is then silent.", "", true},
    {"processor.max_cstate=1", "It keeps the processor out of deep power states where acpi_idle drives them.",
     "firmware-cstate", false},
    {"intel_idle.max_cstate=1", "It keeps an Intel processor out of deep power states.", "firmware-cstate", false},
    {"intel_idle.max_cstate=0", "It hands the power states to acpi_idle, which may enter the same ones.",
     "firmware-cstate", false},
    {"nvme_core.default_ps_max_latency_us=0", "It keeps NVMe drives out of their power states.", "nvme-fault", false},
    {"pcie_aspm.policy=performance", "It turns link power saving off.", "pcie-vfio-gpu-stall", false},
}};

class Judge {
 public:
  Judge(const Scene& scene, const Death& death, const model::Incident& incident)
      : scene_(scene), case_(scene.the_case), death_(death), incident_(incident) {}

  std::vector<model::Mitigation> run() {
    parameters();
    deeds();
    return std::move(out_);
  }

 private:
  const model::Fact* line(std::string_view key) const {
    const model::Fact* found = nullptr;
    for (const model::Fact& fact : case_.facts) {
      if (fact.key == key && scene_.names.host(fact.host) == death_.host) found = &fact;
    }
    return found;
  }
  static bool has(const model::Fact* fact, std::string_view word) {
    if (fact == nullptr) return false;
    const auto words = split_blanks(fact->value);
    return std::ranges::any_of(words, [&](std::string_view one) {
      while (!one.empty() && (one.front() == '"' || one.front() == '\'')) one.remove_prefix(1);
      while (!one.empty() && (one.back() == '"' || one.back() == '\'')) one.remove_suffix(1);
      return one == word;
    });
  }

  void parameters() {
    const model::Fact* running = line("kernel.cmdline");
    const model::Fact* wanted = line("grub.cmdline");
    for (const Parameter& one : kParameters) {
      const bool in_force = has(running, one.word);
      const bool configured = has(wanted, one.word);
      if (!in_force && !configured) continue;
      model::Mitigation out;
      out.text = std::string(one.word);
      out.hides = one.hides;
      out.judgement = one.does;
      if (!one.hypothesis.empty()) out.judgement += " " + aims_at(one.hypothesis);
      if (!in_force && running != nullptr)
        out.judgement += " It is configured, but the running kernel does not have it.";
      if (in_force && wanted != nullptr && !configured)
        out.judgement += " The running kernel has it, but it is not configured: the next boot will not have it.";
      for (const model::Fact* fact : {running, wanted}) {
        if (has(fact, one.word)) out.cites.push_back(fact->cite);
      }
      out_.push_back(std::move(out));
    }
  }

  std::string aims_at(std::string_view id) const {
    const auto one = std::ranges::find(incident_.hypotheses, id, &model::Hypothesis::id);
    if (one == incident_.hypotheses.end()) return "What it is a remedy for is no explanation of this death.";
    if (one->status == "ruled-out") return fmt::format("It aims at \"{}\", which is ruled out.", one->title);
    return fmt::format("It aims at \"{}\" ({:.2f}).", one->title, one->probability);
  }

  // What a person did once it was dead.
  void deeds() {
    const auto& dead = death_.before ? death_.before : death_.after;
    size_t several = 0;
    const size_t first = out_.size();
    for (const model::Observation& seen : case_.observations) {
      if (seen.kind != "change" || scene_.names.host(seen.host) != death_.host) continue;
      const auto raw = seen.from ? seen.from : seen.to;
      const auto when = raw ? case_.when(seen.stream, *raw) : std::nullopt;
      if (!when || !dead || when->latest < dead->latest) continue;
      ++several;
      model::Mitigation out;
      out.text = printable(seen.text);
      if (!seen.component.empty()) out.text = fmt::format("{}: {}", printable(seen.component), out.text);
      out.cites = {seen.cite};
      std::string aims;
      for (const model::Hypothesis& one : incident_.hypotheses) {
        const bool concerns =
            std::ranges::any_of(one.concerns, [&](const std::string& word) { return mentions(out.text, word); });
        if (!concerns || one.status == "ruled-out" || one.probability < kWorthNaming) continue;
        aims += fmt::format("{}\"{}\" ({:.2f})", aims.empty() ? "It meets " : " and ", one.title, one.probability);
      }
      out.judgement = aims.empty() ? std::string("It meets none of the likelier explanations.") : aims + ".";
      out_.push_back(std::move(out));
    }
    if (several < 2) return;
    for (size_t i = first; i < out_.size(); ++i)
      out_[i].judgement +=
          " It was changed together with something else: if the deaths end, which of them ended them "
          "can't be told.";
  }

  static constexpr double kWorthNaming = 0.05;

  const Scene& scene_;
  const model::Case& case_;
  const Death& death_;
  const model::Incident& incident_;
  std::vector<model::Mitigation> out_;
};

}  // namespace

std::vector<model::Mitigation> judge_mitigations(const Scene& scene, const Death& death,
                                                 const model::Incident& incident) {
  return Judge(scene, death, incident).run();
}

}  // namespace inquest::reason
