#include "reason/boot_end.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::BootEnd;
using model::Case;
using model::EventId;
using model::LandmarkKind;

// Shutdown words further than this from a log's end are of something that was called off, or of another boot.
constexpr Ns kShutdownTail = 3 * kMinute;

class Ending {
 public:
  Ending(const Case& the_case, BootTrack& track) : case_(the_case), track_(track) {}

  void run(const BootTrack* next) {
    const model::Landmark* panic = track_.landmark(LandmarkKind::Panic);
    for (const model::Landmark* mark : track_.landmarks) {
      if (mark->kind == LandmarkKind::ShutdownEnd) {
        set_end(BootEnd::Orderly, fmt::format("orderly: {}", printable(case_.str(mark->text))),
                case_.cite(mark->event));
      }
    }
    if (track_.end == BootEnd::Orderly) return;
    if (panic != nullptr) {
      set_end(BootEnd::Panicked, fmt::format("kernel panic: {}", printable(case_.str(panic->text))),
              case_.cite(panic->event));
      return;
    }
    // A crash kernel starts from nothing but a panic; with it loaded, the console never prints the panic's own line.
    if (next != nullptr && crash_kernel(case_, *next)) {
      set_end(BootEnd::Panicked, "it panicked: the crash kernel started",
              case_.cite(next->landmark(LandmarkKind::CommandLine)->event));
      return;
    }
    // A log ends in an orderly way where its last minutes speak of shutting down.
    for (auto mark = track_.landmarks.rbegin(); mark != track_.landmarks.rend(); ++mark) {
      if ((*mark)->kind != LandmarkKind::ShutdownBegin && (*mark)->kind != LandmarkKind::JournalStop) continue;
      const Segment* segment = segment_of((*mark)->event);
      if (segment == nullptr || case_.events[segment->last].time - case_.events[(*mark)->event].time > kShutdownTail)
        continue;
      set_end(BootEnd::Orderly, "orderly: " + ellipsis(printable(case_.message((*mark)->event)), 60),
              case_.cite((*mark)->event));
      return;
    }
    for (const model::BootClaim* claim : track_.claims) {
      if (claim->orderly && *claim->orderly) {
        set_end(BootEnd::Orderly, "orderly: a shutdown is recorded", claim->cite);
        return;
      }
    }
    if (next != nullptr) {
      find_cut(*next);
      return;
    }
    for (const Segment& segment : track_.segments) {
      if (case_.streams[segment.stream].channel == model::Channel::Memory) {
        set_end(BootEnd::Running, "still running when its log was read", case_.cite(segment.last));
      }
    }
  }

 private:
  const Segment* segment_of(EventId id) const {
    for (const Segment& segment : track_.segments) {
      if (case_.events[id].stream == segment.stream && id >= segment.first && id <= segment.last) return &segment;
    }
    return nullptr;
  }

  void set_end(BootEnd end, std::string text, model::Citation cite) {
    track_.end = end;
    track_.end_text = std::move(text);
    track_.end_cites = {cite};
  }

  // Another boot follows and nothing speaks of a shutdown: that counts where a record was kept that would have shown
  // one, up to the end.
  void find_cut(const BootTrack& next) {
    const Segment* best = nullptr;
    for (const Segment& segment : track_.segments) {
      if (!model::watches(case_.streams[segment.stream].watch, model::Watch::Shutdown)) continue;
      if (best == nullptr || case_.streams[segment.stream].channel == model::Channel::Console) best = &segment;
    }
    if (best == nullptr) return;
    const auto last = case_.when(best->last);
    if (track_.uptime && last && track_.uptime->last_utc > last->latest + 10 * kMinute)
      return;  // the log was lost, not the host
    if (next.start && last && next.start->latest < last->earliest) return;
    set_end(BootEnd::Cut,
            fmt::format("its {} breaks off without a word of shutting down, and another boot follows",
                        case_.str(case_.streams[best->stream].source)),
            case_.cite(best->last));
  }

  const Case& case_;
  BootTrack& track_;
};

}  // namespace

void find_end(const Case& the_case, BootTrack& track, const BootTrack* next) { Ending(the_case, track).run(next); }

}  // namespace inquest::reason
