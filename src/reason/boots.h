// Boots: which records belong to one run of a kernel, when it started, and how it came to its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/names.h"
#include "reason/presence.h"
#include "reason/uptime.h"

namespace inquest::reason {

// The records of one boot in one stream: events from `first` to `last` (inclusive, in file order) of that host and
// stream.
struct Segment {
  model::StreamId stream = 0;
  model::StrId host = 0;  // as recorded, 0 where the records name none
  model::EventId first = model::kNoEvent;
  model::EventId last = model::kNoEvent;
};

// One run of a kernel, gathered from everything that shows it.
struct BootTrack {
  model::StrId host = 0;
  model::StrId boot_id = 0;
  std::optional<model::Moment> start;  // of the kernel; `latest` is the best estimate's upper bound
  std::vector<Segment> segments;
  std::optional<UptimeBoot> uptime;
  std::vector<const model::BootClaim*> claims;
  std::vector<const model::Landmark*> landmarks;  // in its segments, in the order of the evidence
  std::vector<model::Citation> start_cites;

  model::BootEnd end = model::BootEnd::Unknown;
  std::string end_text;
  std::vector<model::Citation> end_cites;

  const model::Landmark* landmark(model::LandmarkKind kind) const;  // the first of that kind, or null
  // The boot as the report shows it.
  model::Boot describe(const model::Case& the_case) const;
};

// Whether it is the kernel that kdump starts to save what the one before left.
bool crash_kernel(const model::Case& the_case, const BootTrack& boot);

// All boots, per host in the order of time (as far as it is known, else of the evidence). Maps monotonic streams whose
// start other evidence tells, and adds what had to be assumed for that to `assumptions`.
std::vector<BootTrack> find_boots(model::Case& the_case, const Names& names, const std::vector<Presence>& presences,
                                  std::vector<model::Statement>& assumptions);

// Whether an event is one of the segment's, or of any of a boot's.
bool holds(const model::Case& the_case, const Segment& segment, model::EventId event);
bool holds(const model::Case& the_case, const BootTrack& boot, model::EventId event);
// Whether it comes within that time of the boot's first word in the same log.
bool at_start_of(const model::Case& the_case, const BootTrack& boot, model::EventId event, Ns within);

// Visits the events of a segment in the order of the evidence: those of its stream and host only.
template <class Visit>
void for_each_event(const model::Case& the_case, const Segment& segment, Visit visit) {
  for (model::EventId id = segment.first; id <= segment.last && id < the_case.events.size(); ++id) {
    const model::Event& event = the_case.events[id];
    if (event.stream == segment.stream && the_case.host_of(event) == segment.host) visit(id);
  }
}

}  // namespace inquest::reason
