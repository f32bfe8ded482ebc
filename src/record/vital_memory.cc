// What the vital signs remember, in the store: lines of the measurement vital_signs, one a host and source.

#include <iterator>

#include <fmt/format.h>

#include "record/host_watch.h"

namespace inquest::record {
namespace {

constexpr std::string_view kMeasurement = "vital_signs";
constexpr Ns kRecall = 7 * kDay;  // what was not heard for longer is learned anew

// A tag's value; line protocol has no empty ones, and no way to write a line end.
std::string tag_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',' || c == ' ' || c == '=' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' || c == '\0' ? ' ' : c;
  }
  // A backslash at the end would escape what follows.
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\0' ? ' ' : c;
  }
  return out + "\"";
}

std::string_view string_at(const store::Column& column, size_t row) {
  return column.bits[row] < column.strings.size() ? std::string_view(column.strings[column.bits[row]])
                                                  : std::string_view();
}

}  // namespace

std::string vital_lines(const std::vector<VitalMemory>& memories, Ns time) {
  std::string out;
  for (const VitalMemory& row : memories) {
    if (row.host.empty() || row.host.ends_with('\\') || row.source.ends_with('\\')) continue;
    fmt::format_to(std::back_inserter(out), "{},host={}", kMeasurement, tag_value(row.host));
    if (!row.source.empty()) fmt::format_to(std::back_inserter(out), ",source={}", tag_value(row.source));
    if (!row.witness.empty()) fmt::format_to(std::back_inserter(out), ",witness={}", tag_value(row.witness));
    fmt::format_to(std::back_inserter(out),
                   " boot_id={},high={}i,life={}i,longest={}i,maintenance={}i,median={}i,peer={},sampled={},state={},"
                   "stated={}i,step={}i,uptime={}i,uptime_at={}i {}\n",
                   quoted(row.boot_id), row.high, row.life, row.longest, row.maintenance, row.median, quoted(row.peer),
                   row.sampled, quoted(row.state), row.stated, row.step, row.uptime, row.uptime_at, time);
  }
  return out;
}

Result<std::vector<VitalMemory>> read_vital_memories(store::Store& store, Ns now) {
  std::vector<VitalMemory> out;
  store::Selection selection;
  selection.bucket = HostWatch::kBucket;
  selection.measurement = std::string(kMeasurement);
  // Not bounded above: where the clock was put back since, what was written last lies in the future.
  selection.from = now - kRecall;
  selection.newest_first = true;
  selection.rows_per_series = 1;
  const auto read = store.select(selection, [&](store::Slice&& slice) {
    if (slice.key == nullptr || slice.times.empty()) return true;
    VitalMemory row;
    row.host = slice.key->tag("host");
    row.witness = slice.key->tag("witness");
    row.source = slice.key->tag("source");
    for (const store::Column& column : slice.columns) {
      if (column.bits.empty() || (!column.present.empty() && !column.present[0])) continue;
      const auto number = static_cast<Ns>(column.bits[0]);
      if (column.field == "high") row.high = number;
      if (column.field == "life") row.life = number;
      if (column.field == "longest") row.longest = number;
      if (column.field == "maintenance") row.maintenance = number;
      if (column.field == "median") row.median = number;
      if (column.field == "sampled") row.sampled = number != 0;
      if (column.field == "stated") row.stated = number;
      if (column.field == "step") row.step = number;
      if (column.field == "uptime") row.uptime = number;
      if (column.field == "uptime_at") row.uptime_at = number;
      if (column.type != store::FieldType::String) continue;
      if (column.field == "boot_id") row.boot_id = string_at(column, 0);
      if (column.field == "peer") row.peer = string_at(column, 0);
      if (column.field == "state") row.state = string_at(column, 0);
    }
    if (!row.host.empty()) out.push_back(std::move(row));
    return true;
  });
  // A bucket that nothing was written to yet remembers nothing.
  if (!read && read.error().code != ErrorCode::NotFound) return fail(read.error());
  return out;
}

}  // namespace inquest::record
