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

// When the same host died next.
std::optional<Ns> next_death(const std::vector<Death>& deaths, const Death& death) {
  std::optional<Ns> out;
  const auto time = [](const Death& one) { return one.after ? one.after : one.before; };
  const auto own = time(death);
  if (!own) return out;
  for (const Death& other : deaths) {
    const auto its = time(other);
    if (&other == &death || other.host != death.host || !its || its->latest <= own->latest) continue;
    if (!out || its->latest < *out) out = its->latest;
  }
  return out;
}

// Words with which people call a thing mended.
bool calls_it_mended(std::string_view text) {
  static constexpr std::string_view kWords[] = {
      "stable since", "stable now", "running stable", "runs stable", "been stable", "fixed",   "solved",
      "resolved",     "no crash",   "no freeze",      "mended",      "stabil",      "behoben", "gelöst"};
  static constexpr std::string_view kNot[] = {"not fixed", "not solved", "unsolved", "not stable",
                                              "unstable",  "unresolved", "instabil"};
  const auto has = [&](std::string_view word) { return contains_nocase(text, word); };
  return std::ranges::any_of(kWords, has) && std::ranges::none_of(kNot, has);
}

class Judge {
 public:
  Judge(const Scene& scene, const std::vector<Death>& deaths, const Death& death, const model::Incident& incident)
      : scene_(scene), case_(scene.the_case), death_(death), incident_(incident), next_(next_death(deaths, death)) {}

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

  // How it went since: a later death, or how long it ran, as far as the evidence goes.
  std::string since(Ns change) const {
    if (next_) return fmt::format(" It died again {} after it: this did not end it.", format_duration(*next_ - change));
    std::optional<Ns> last;
    for (const BootTrack& boot : scene_.boots) {
      if (boot.host != death_.host) continue;
      for (const Segment& segment : boot.segments) {
        const auto when = case_.when(segment.last);
        if (when && when->latest > change && (!last || when->latest > *last)) last = when->latest;
      }
    }
    if (!incident_.clean_run) return {};
    const std::string needed = format_duration(incident_.clean_run->sure);
    if (!last) return fmt::format(" Nothing shows how it ran since; it takes {} without a failure.", needed);
    const Ns ran = *last - change;
    return ran < incident_.clean_run->sure
               ? fmt::format(" It is known to have run for {} since, and it takes {} to call it mended: too early.",
                             format_duration(ran), needed)
               : fmt::format(" It has run for {} since, more than the {} that it takes.", format_duration(ran), needed);
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
      if (!when || !dead || when->latest < dead->latest || (next_ && when->latest > *next_)) continue;
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
      out.judgement += since(when->latest);
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
  std::optional<Ns> next_;  // when the host died again
  std::vector<model::Mitigation> out_;
};

}  // namespace

std::vector<model::Mitigation> judge_mitigations(const Scene& scene, const std::vector<Death>& deaths,
                                                 const Death& death, const model::Incident& incident) {
  return Judge(scene, deaths, death, incident).run();
}

std::vector<model::Contradiction> judge_claims(const Scene& scene, const std::vector<Death>& deaths, const Death& death,
                                               const model::Incident& incident) {
  std::vector<model::Contradiction> out;
  const auto& dead = death.before ? death.before : death.after;
  if (!dead || !incident.clean_run || next_death(deaths, death)) return out;
  for (const model::Observation& seen : scene.the_case.observations) {
    if (scene.names.host(seen.host) != death.host || !calls_it_mended(seen.text)) continue;
    const auto raw = seen.from ? seen.from : seen.to;
    const auto when = raw ? scene.the_case.when(seen.stream, *raw) : std::nullopt;
    if (!when || when->latest < dead->latest) continue;
    const Ns clean = when->latest - dead->latest;
    if (clean >= incident.clean_run->sure) continue;
    out.push_back(
        {"stable-too-early",
         fmt::format("\"{}\" was noted {} after it died; by the rate of its deaths, {} without one are needed "
                     "to say so.",
                     ellipsis(printable(seen.text), 120), format_duration(clean),
                     format_duration(incident.clean_run->sure)),
         {seen.cite}});
  }
  return out;
}

}  // namespace inquest::reason
