#include "reason/changes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Change;
using model::Landmark;
using model::LandmarkKind;
using model::Moment;

constexpr Ns kTogether = 10 * kMinute;  // packages of one run of a package manager
constexpr size_t kNamedTogether = 5;

class Ledger {
 public:
  Ledger(const Scene& scene, const Death& death) : scene_(scene), case_(scene.the_case), death_(death) {
    // The last boot of this host that ended in order before the one that died.
    for (const BootTrack& boot : scene.boots) {
      if (&boot == death.boot) break;
      if (boot.host == death.host && boot.end == model::BootEnd::Orderly) good_ = &boot;
    }
  }

  std::vector<Change> run() {
    packages();
    people();
    boots();
    std::ranges::stable_sort(changes_, [](const Change& a, const Change& b) {
      if (!a.time || !b.time) return a.time.has_value() && !b.time;
      return a.time->middle() > b.time->middle();
    });
    if (changes_.size() > kMostChanges) changes_.resize(kMostChanges);
    return std::move(changes_);
  }

 private:
  bool before_death(const std::optional<Moment>& when) const {
    // What begins when the silence was noticed is what somebody did about it.
    if (when && death_.before) return when->earliest < death_.before->earliest;
    return !when || !death_.after || when->earliest <= death_.after->latest;
  }

  void add(Change change) {
    change.since_good =
        good_ != nullptr && good_->start && change.time && change.time->latest >= good_->start->earliest;
    changes_.push_back(std::move(change));
  }

  // Packages of the kernel's each for itself; others as one entry for each run of the manager.
  void packages() {
    struct Run {
      Moment when;
      std::string source;
      std::vector<std::string> names;
      std::vector<model::Citation> cites;
      size_t count = 0;
    };
    std::optional<Run> run;
    const auto close = [&] {
      if (!run) return;
      std::string text = fmt::format("{}", fmt::join(run->names, "; "));
      if (run->count > run->names.size()) text += fmt::format("; and {} more", run->count - run->names.size());
      add({run->when, run->source, std::move(text), run->cites});
      run.reset();
    };
    for (const Landmark& mark : case_.landmarks) {
      if (mark.kind != LandmarkKind::Change) continue;
      const model::Event& event = case_.events[mark.event];
      const auto when = case_.when(mark.event);
      if (scene_.names.host(case_.host_of(event)) != death_.host || !before_death(when)) continue;
      const std::string source(case_.str(case_.streams[event.stream].source));
      const std::string words = ellipsis(printable(case_.str(mark.text)), 160);
      if (mark.number == 1 || !when) {
        add({when, source, words, {case_.cite(mark.event)}});
        continue;
      }
      if (run && (run->source != source || when->earliest > run->when.latest + kTogether)) close();
      if (!run) run = Run{*when, source, {}, {}, 0};
      run->when.latest = std::max(run->when.latest, when->latest);
      ++run->count;
      if (run->names.size() < kNamedTogether) {
        run->names.push_back(words);
        run->cites.push_back(case_.cite(mark.event));
      }
    }
    close();
  }

  void people() {
    for (const model::Observation& seen : case_.observations) {
      if (seen.kind != "change" || scene_.names.host(seen.host) != death_.host) continue;
      const auto raw = seen.from ? seen.from : seen.to;
      auto when = raw ? case_.when(seen.stream, *raw) : std::nullopt;
      if (!before_death(when)) continue;
      if (when && seen.precision == Precision::Day) when->precision = Precision::Day;
      std::string text = printable(seen.text);
      if (!seen.component.empty()) text = fmt::format("{}: {}", printable(seen.component), text);
      if (!seen.module.empty()) text += fmt::format(" (module {})", printable(seen.module));
      add({when, "person", std::move(text), {seen.cite}});
    }
  }

  std::string said(const BootTrack& boot, LandmarkKind kind) const {
    const Landmark* mark = boot.landmark(kind);
    return mark == nullptr ? std::string() : printable(case_.str(mark->text));
  }

  // What the boot that died has and the one before it had not.
  void boots() {
    const BootTrack* before = nullptr;
    for (const BootTrack& boot : scene_.boots) {
      if (&boot == death_.boot) break;
      if (boot.host == death_.host) before = &boot;
    }
    if (death_.boot == nullptr || before == nullptr) return;
    const auto cites = [&](LandmarkKind kind) {
      return std::vector{case_.cite(before->landmark(kind)->event), case_.cite(death_.boot->landmark(kind)->event)};
    };
    const std::string old_kernel = said(*before, LandmarkKind::KernelBanner);
    const std::string kernel = said(*death_.boot, LandmarkKind::KernelBanner);
    if (!old_kernel.empty() && !kernel.empty() && old_kernel != kernel) {
      add({death_.boot->start, "boot",
           fmt::format("first boot with kernel {} (the one before had {})", kernel, old_kernel),
           cites(LandmarkKind::KernelBanner), true});
    }
    const std::string old_line = said(*before, LandmarkKind::CommandLine);
    const std::string line = said(*death_.boot, LandmarkKind::CommandLine);
    if (old_line.empty() || line.empty() || old_line == line) return;
    const auto differences = [](const std::string& from, const std::string& to) {
      const auto known = split_blanks(from);
      std::string out;
      for (const std::string_view word : split_blanks(to)) {
        if (word.starts_with("BOOT_IMAGE=") || word.starts_with("initrd=") || out.size() > 300) continue;
        if (std::ranges::find(known, word) == known.end()) out += fmt::format("{}{}", out.empty() ? "" : " ", word);
      }
      return out;
    };
    const std::string added = differences(old_line, line);
    const std::string gone = differences(line, old_line);
    if (added.empty() && gone.empty()) return;
    std::string text = "command line changed:";
    if (!added.empty()) text += fmt::format(" \"{}\" is new", added);
    if (!gone.empty()) text += fmt::format("{} \"{}\" is gone", added.empty() ? "" : ",", gone);
    add({death_.boot->start, "boot", std::move(text), cites(LandmarkKind::CommandLine), true});
  }

  const Scene& scene_;
  const model::Case& case_;
  const Death& death_;
  const BootTrack* good_ = nullptr;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> find_changes(const Scene& scene, const Death& death) { return Ledger(scene, death).run(); }

}  // namespace inquest::reason
