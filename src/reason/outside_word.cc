#include "reason/outside_word.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::LandmarkKind;

constexpr Ns kClock = 3 * kMinute;  // a controller's clock may be off by this much
constexpr Ns kAtBoot = kMinute;     // a kernel logs what it finds in the banks this early
constexpr size_t kMostWords = 120;

struct Meaning {
  std::string_view words;  // in lower case
  std::string_view incident_class;
  std::string_view verb;
};

// In the words of ipmitool (lib/ipmi_sel.c), iDRAC and iLO. A restart by somebody's hand or the host's own is none.
constexpr Meaning kController[] = {
    {"thermal trip", "thermal-shutdown", "was switched off for heat"},
    {"overtemperature", "thermal-shutdown", "was switched off for heat"},
    {"upper non-recoverable", "thermal-shutdown", "was switched off for heat"},
    {"ac lost", "power-loss", "lost power"},
    {"power lost", "power-loss", "lost power"},
    {"input lost", "power-loss", "lost power"},
    {"input power has been lost", "power-loss", "lost power"},
    {"watchdog", "watchdog-reset", "was reset by the watchdog of its management controller"},
    {"automatic server recovery", "watchdog-reset", "was reset by the watchdog of its management controller"},
    {"uncorrectable ecc", "machine-check", "died of an error in its hardware"},
    {"uncorrectable memory error", "machine-check", "died of an error in its hardware"},
    {"multi-bit", "machine-check", "died of an error in its hardware"},
    {"machine check", "machine-check", "died of an error in its hardware"},
    {"ierr", "machine-check", "died of an error in its hardware"}};

const Meaning* meaning_of(std::string_view record) {
  const std::string words = lower(record);
  if (words.find("deassert") != std::string::npos) return nullptr;
  const auto* found =
      std::ranges::find_if(kController, [&](const Meaning& one) { return words.find(one.words) != std::string::npos; });
  return found == std::end(kController) ? nullptr : found;
}

// A watchdog that only interrupts, or was set off by a host that shut down, resets nothing.
bool resets(std::string_view record) {
  const std::string words = lower(record);
  return words.find("no action") == std::string::npos && words.find("timer interrupt") == std::string::npos;
}

}  // namespace

std::optional<OutsideWord> controllers_word(const Scene& scene, const Death& death) {
  const model::Case& the_case = scene.the_case;
  if (!death.after || !death.before) return std::nullopt;
  const Ns until = (death.reset ? death.reset->latest : death.before->latest) + kClock;
  const model::Landmark* first = nullptr;
  Ns first_time = 0;
  for (const model::Landmark& mark : the_case.landmarks) {
    if (mark.kind != LandmarkKind::HardwareEvent) continue;
    const model::Event& event = the_case.events[mark.event];
    if (the_case.streams[event.stream].channel != model::Channel::Management) continue;
    if (scene.names.host(the_case.host_of(event)) != death.host) continue;
    const std::string_view text = the_case.str(mark.text);
    const auto when = the_case.when(mark.event);
    if (!when || when->latest < death.after->earliest - kClock || when->earliest > until) continue;
    if (meaning_of(text) == nullptr || !resets(text)) continue;
    if (first != nullptr && when->earliest >= first_time) continue;
    first = &mark;
    first_time = when->earliest;
  }
  if (first == nullptr) return std::nullopt;
  const std::string_view text = the_case.str(first->text);
  const Meaning* meaning = meaning_of(text);
  return OutsideWord{
      std::string(meaning->incident_class), std::string(meaning->verb),
      fmt::format("Its management controller recorded then: \"{}\".", ellipsis(printable(text), kMostWords)),
      the_case.cite(first->event)};
}

std::optional<OutsideWord> next_boots_word(const Scene& scene, const Death& death) {
  if (death.next == nullptr) return std::nullopt;
  const model::Case& the_case = scene.the_case;
  for (const BootCrash& crash : crashes_of(the_case, *death.next)) {
    const model::Crash& report = *crash.report;
    const auto word = [&](std::string_view incident_class, std::string_view verb) {
      return OutsideWord{
          std::string(incident_class), std::string(verb),
          fmt::format("The next kernel found at its start: \"{}\".", ellipsis(printable(report.title), kMostWords)),
          the_case.cite(report.first)};
    };
    const auto says = [&](std::string_view words) { return contains_nocase(report.title, words); };
    // Among the first words of a kernel, it was found in the banks: no fault of its own few seconds put it there.
    const bool bank = report.type == "HW-MCE" && at_start_of(the_case, *death.next, report.first, kAtBoot);
    if (bank || report.type == "HW-BERT") return word("machine-check", "died of an error in its hardware");
    if (report.type != "HW-RESET-REASON") continue;
    if (says("thermal")) return word("thermal-shutdown", "was switched off for heat");
    if (says("watchdog")) return word("watchdog-reset", "was reset by a watchdog");
    if (says("sync flood") || says("machine check") || says("uncorrected"))
      return word("machine-check", "died of an error in its hardware");
  }
  return std::nullopt;
}

}  // namespace inquest::reason
