#include "store/time_runs.h"

#include <array>

#include "base/checked.h"
#include "store/varint.h"

namespace inquest::store {
namespace {

constexpr std::array<Ns, 4> kScales = {1, kMicro, kMilli, kSecond};

std::unexpected<Error> malformed() { return fail(ErrorCode::Malformed, "times of a block are damaged"); }

}  // namespace

void append_run(std::vector<TimeRun>& runs, TimeRun run) {
  if (run.count == 0) return;
  if (!runs.empty()) {
    TimeRun& last = runs.back();
    const auto gap = checked_sub(run.first, last.last());
    const bool fits = gap && (last.count == 1 || last.step == *gap) && (run.count == 1 || run.step == *gap);
    if (fits) {
      last.step = *gap;
      last.count += run.count;
      return;
    }
  }
  runs.push_back(run);
}

std::vector<TimeRun> runs_of(const std::vector<Ns>& times) {
  std::vector<TimeRun> out;
  for (const Ns time : times) append_run(out, {.first = time, .step = 0, .count = 1});
  return out;
}

std::string pack_times(const std::vector<Ns>& times) {
  std::string out;
  if (times.empty()) return out;
  uint8_t scale = kScales.size() - 1;
  for (size_t i = 1; i < times.size(); ++i) {
    while ((times[i] - times[i - 1]) % kScales[scale] != 0) --scale;
  }
  out.push_back(static_cast<char>(scale));
  put_varint(out, zigzag(times.front()));
  for (size_t i = 1; i < times.size();) {
    const Ns step = times[i] - times[i - 1];
    size_t count = 1;
    while (i + count < times.size() && times[i + count] - times[i + count - 1] == step) ++count;
    // The lowest bit says whether a count follows.
    put_varint(out, static_cast<uint64_t>(step / kScales[scale]) << 1 | (count > 1 ? 1 : 0));
    if (count > 1) put_varint(out, count);
    i += count;
  }
  return out;
}

Result<std::vector<TimeRun>> unpack_runs(std::string_view bytes, uint64_t rows) {
  std::vector<TimeRun> out;
  Unpacker in(bytes);
  const uint8_t scale = in.byte();
  Ns time = in.signed_varint();
  if (!in.ok() || scale >= kScales.size() || rows == 0) return malformed();
  out.push_back({.first = time, .step = 0, .count = 1});
  uint64_t seen = 1;
  while (!in.at_end()) {
    const uint64_t head = in.varint();
    const uint64_t count = (head & 1) != 0 ? in.varint() : 1;
    const auto units = checked_cast<int64_t>(head >> 1);
    if (!in.ok() || count == 0 || count > rows - seen || !units || *units == 0) return malformed();
    const auto step = checked_mul(*units, kScales[scale]);
    if (!step) return malformed();
    const auto length = checked_mul(*step, static_cast<int64_t>(count));
    const auto last = length ? checked_add(time, *length) : std::nullopt;
    if (!last) return malformed();
    append_run(out, {.first = time + *step, .step = count > 1 ? *step : 0, .count = count});
    time = *last;
    seen += count;
  }
  if (seen != rows) return malformed();
  return out;
}

std::vector<Ns> times_of(const std::vector<TimeRun>& runs) {
  uint64_t rows = 0;
  for (const TimeRun& run : runs) rows += run.count;
  std::vector<Ns> out;
  out.reserve(rows);
  for (const TimeRun& run : runs) {
    for (uint64_t i = 0; i < run.count; ++i) out.push_back(run.first + static_cast<Ns>(i) * run.step);
  }
  return out;
}

}  // namespace inquest::store
