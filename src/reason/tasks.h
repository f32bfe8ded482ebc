// The management tasks of a host: which were begun, which ended, and when its kernel must have started.
#pragma once

#include <string_view>
#include <vector>

#include "model/case.h"
#include "model/upid.h"
#include "reason/uptime.h"

namespace inquest::reason {

// One task; its views live as long as the case.
struct Task {
  model::Upid id;
  model::EventId begin = model::kNoEvent;  // the record that names it first
  model::EventId end = model::kNoEvent;    // the record of its end; kNoEvent where there is none
};

// Every task that a landmark names, in the order of the evidence.
std::vector<Task> find_tasks(const model::Case& the_case);

// The boots that the tasks' names tell of: each has the uptime of its node at a time on UTC. Sorted by node, then time.
std::vector<UptimeBoot> task_boots(const model::Case& the_case);

}  // namespace inquest::reason
