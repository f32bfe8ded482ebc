#include "record/line_pulse.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <limits>
#include <unordered_map>

#include "base/text.h"
#include "store/line_protocol.h"

namespace inquest::record {
namespace {

bool has(std::string_view text, char c) { return std::memchr(text.data(), c, text.size()) != nullptr; }

// As store::end_of_line, which takes quotes and backslashes into account: few lines have them.
size_t end_of(std::string_view lines, size_t at) {
  const size_t end = std::min(lines.find('\n', at), lines.size());
  const std::string_view line = lines.substr(at, end - at);
  return has(line, '"') || has(line, '\\') ? store::end_of_line(lines, at) : end;
}

// Where the first `stop` from there on stands that has no backslash before it.
size_t end_of_name(std::string_view text, size_t at, char stop) {
  const size_t plain = std::min(text.find(stop, at), text.size());
  if (!has(text.substr(at, plain - at), '\\')) return plain;
  while (at < text.size() && text[at] != stop) at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

// The value of a tag in a head, as it stands there; empty where it has none.
std::string_view tag(std::string_view head, std::string_view comma_key_equals) {
  const size_t at = head.find(comma_key_equals);
  // A comma that belongs to a name has a backslash before it.
  if (at == std::string_view::npos || (at > 0 && head[at - 1] == '\\')) return {};
  const size_t begin = at + comma_key_equals.size();
  return head.substr(begin, end_of_name(head, begin, ',') - begin);
}

std::optional<double> number(std::string_view fields, std::string_view name) {
  store::LineField field;
  while (store::next_field(fields, field)) {
    if (field.name != name) continue;
    switch (field.type) {
      case store::FieldType::Float: return std::bit_cast<double>(field.bits);
      case store::FieldType::Integer: return static_cast<double>(static_cast<int64_t>(field.bits));
      case store::FieldType::Unsigned: return static_cast<double>(field.bits);
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

// What the newest line of a measurement says of how long its host runs.
void read_uptime(std::string_view measurement, std::string_view fields, LineBeat& beat) {
  std::optional<double> seconds;
  if (measurement == "system") {
    seconds = number(fields, "uptime");
    // Proxmox VE says so of a guest that is off.
    if (seconds) beat.off = *seconds == 0 && !beat.reporter.empty();
  } else if (measurement == "node_boot_time_seconds") {
    const auto boot = number(fields, "value");
    if (boot) seconds = static_cast<double>(beat.stated) / static_cast<double>(kSecond) - *boot;
  }
  // More than a century is no uptime.
  if (seconds && *seconds > 0 && *seconds < 4e9) {
    beat.uptime = static_cast<Ns>(*seconds * static_cast<double>(kSecond));
  }
}

// Whether a head says something of a host's life.
bool tells_of_life(std::string_view head, std::string_view measurement) {
  if (tag(head, ",object=") == "storages") return false;
  if (tag(head, ",instance=").empty() || !tag(head, ",host=").empty()) return true;
  return measurement != "up" && !measurement.starts_with("scrape_") && !measurement.starts_with("probe_") &&
         measurement != "ALERTS" && measurement != "ALERTS_FOR_STATE";
}

std::string host_of(std::string_view head) {
  if (const auto host = tag(head, ",host="); !host.empty()) return store::unescape_name(host);
  std::string_view instance = tag(head, ",instance=");
  const size_t colon = instance.rfind(':');
  if (colon != std::string_view::npos && parse_int<uint16_t>(instance.substr(colon + 1))) {
    instance = instance.substr(0, colon);
  }
  return store::unescape_name(instance);
}

// What an entry of the answer stands for, as it stands in the lines: a batch of thousands of them is not unescaped.
struct Names {
  std::string_view measurement, host, instance;
  bool operator==(const Names&) const = default;
};
struct NamesHash {
  size_t operator()(const Names& names) const {
    const std::hash<std::string_view> hash;
    return (hash(names.measurement) * 31 + hash(names.host)) * 31 + hash(names.instance);
  }
};

}  // namespace

std::vector<LineBeat> line_beats(std::string_view lines) {
  constexpr size_t kNone = std::numeric_limits<size_t>::max();
  std::vector<LineBeat> out;
  std::unordered_map<Names, size_t, NamesHash> seen;  // and the place in `out`
  std::pair<Names, size_t> previous;                  // lines of one measurement stand together
  for (size_t at = 0; at < lines.size();) {
    const size_t end = end_of(lines, at);
    const std::string_view line = lines.substr(at, end - at);
    at = end + 1;
    // The head ends at the first blank that is not escaped, the time begins behind the last one.
    const size_t blank = end_of_name(line, 0, ' ');
    const size_t last = line.rfind(' ');
    if (blank >= line.size() || last == std::string_view::npos || last <= blank) continue;
    const auto stated = parse_int<Ns>(line.substr(last + 1));
    if (!stated) continue;
    const std::string_view head = line.substr(0, blank);
    const Names names{head.substr(0, end_of_name(head, 0, ',')), tag(head, ",host="), tag(head, ",instance=")};
    if (seen.empty() || names != previous.first) {
      const auto [known, is_new] = seen.try_emplace(names, kNone);
      if (is_new && tells_of_life(head, names.measurement)) {
        known->second = out.size();
        out.push_back({.host = host_of(head),
                       .measurement = store::unescape_name(names.measurement),
                       .reporter = store::unescape_name(tag(head, ",nodename=")),
                       .stated = *stated,
                       .uptime = {}});
      }
      previous = *known;
    }
    if (previous.second == kNone) continue;
    LineBeat& beat = out[previous.second];
    const bool newest = *stated >= beat.stated;
    beat.stated = std::max(beat.stated, *stated);
    if (newest) read_uptime(names.measurement, line.substr(blank + 1, last - blank - 1), beat);
  }
  return out;
}

}  // namespace inquest::record
