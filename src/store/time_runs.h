// Times of rows, ascending, as runs of equal steps: a day of a sample every ten seconds is one of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/rows.h"

namespace inquest::store {

// Times without their order lost: neighbours with one step between them become a run.
std::vector<TimeRun> runs_of(const std::vector<Ns>& times);
// Adds a run behind others, joined with the last where it goes on in its step.
void append_run(std::vector<TimeRun>& runs, TimeRun run);

// The form on disk: first time, then the steps between rows, in the largest of ns, µs, ms and s that fits all of them.
std::string pack_times(const std::vector<Ns>& times);
// Malformed where the bytes are not what pack_times() writes, or do not say `rows` ascending times.
Result<std::vector<TimeRun>> unpack_runs(std::string_view bytes, uint64_t rows);
std::vector<Ns> times_of(const std::vector<TimeRun>& runs);

}  // namespace inquest::store
