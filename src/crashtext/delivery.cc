#include "crashtext/delivery.h"

#include <algorithm>
#include <utility>

#include "crashtext/pattern.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostHeld = 32;
constexpr size_t kMostRoots = 16;       // hosts in one log
constexpr double kSoon = 30;            // seconds after a root, in which any report may be its doing
constexpr double kSameSpell = 60 * 60;  // seconds between two repeats of one event

}  // namespace

void Delivery::take(Finished&& finished) {
  if (finished.event) {
    // The newest of a title is the one that counts: an older one of the same title is of a spell that is over.
    for (auto held = held_.rbegin(); held != held_.rend(); ++held) {
      if (repeats(*held, finished)) return;
    }
  }
  const bool event = finished.event;
  const std::optional<double> when = finished.report.monotonic;
  held_.push_back({std::move(finished), when});
  if (!event) release();
  while (held_.size() > kMostHeld) release_first();
}

bool Delivery::repeats(Held& held, const Finished& finished) const {
  const Finished& first = held.finished;
  if (!first.event || first.host != finished.host || first.report.title != finished.report.title) return false;
  const std::optional<double> when = finished.report.monotonic;
  if (held.last && when && (*when + 1 < *held.last || *when - *held.last > kSameSpell)) return false;
  held.finished.report.repeats += 1 + finished.report.repeats;
  if (when) held.last = when;
  return true;
}

void Delivery::release() {
  while (!held_.empty()) release_first();
}

void Delivery::release_first() {
  Finished finished = std::move(held_.front().finished);
  held_.pop_front();
  place_in_boot(finished);
  if (finished.report.anatomy.identity.kernel.empty()) finished.report.anatomy.identity.kernel = finished.kernel;
  ++count_;
  sink_(std::move(finished.report));
}

void Delivery::begin_boot(const std::string& host) {
  release();
  std::erase_if(roots_, [&](const Root& root) { return root.host == host; });
}

void Delivery::place_in_boot(Finished& finished) {
  Report& report = finished.report;
  if (report.previous_boot) {
    report.root = false;
    return;
  }
  const Severity severity = severity_of_type(report.type);
  const bool panic = report.title.starts_with("kernel panic");
  const Root self = {count_, finished.host, report.monotonic, report.panicked || report.anatomy.oops.has_value(),
                     finished.event && severity != Severity::Fatal};
  const auto found = std::ranges::find(roots_, finished.host, &Root::host);
  if (found == roots_.end()) {
    if (finished.event && severity == Severity::Warning) return;
    if (roots_.size() == kMostRoots) roots_.pop_front();
    roots_.push_back(self);
    return;
  }
  const bool timed = found->monotonic && report.monotonic;
  const bool earlier = timed && *report.monotonic + 1 < *found->monotonic;  // the clock began again: another boot
  const bool soon = timed ? *report.monotonic - *found->monotonic < kSoon : true;
  const bool of_its_own = found->survived && !finished.event && !panic && severity == Severity::Fatal;
  if (!earlier && !of_its_own && (found->unsound || soon)) {
    report.root = false;
    report.consequence_of = found->index;
    found->unsound = found->unsound || self.unsound;
    return;
  }
  if (finished.event && severity == Severity::Warning) return;
  *found = self;
}

}  // namespace inquest::crashtext
