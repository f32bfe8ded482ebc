#include "record/line_pulse.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <unordered_map>

#include "base/text.h"
#include "store/line_protocol.h"

namespace inquest::record {
namespace {

// The value of a tag in a head, as it stands there; empty where it has none.
std::string_view tag(std::string_view head, std::string_view comma_key_equals) {
  const size_t at = head.find(comma_key_equals);
  // A comma that belongs to a name has a backslash before it.
  if (at == std::string_view::npos || (at > 0 && head[at - 1] == '\\')) return {};
  const size_t begin = at + comma_key_equals.size();
  size_t end = begin;
  while (end < head.size() && head[end] != ',') end += head[end] == '\\' ? 2 : 1;
  return head.substr(begin, std::min(end, head.size()) - begin);
}

std::string_view measurement(std::string_view head) {
  size_t end = 0;
  while (end < head.size() && head[end] != ',') end += head[end] == '\\' ? 2 : 1;
  return head.substr(0, std::min(end, head.size()));
}

std::optional<Ns> uptime(std::string_view fields) {
  store::LineField field;
  while (store::next_field(fields, field)) {
    if (field.name != "uptime") continue;
    double seconds = 0;
    switch (field.type) {
      case store::FieldType::Float: seconds = std::bit_cast<double>(field.bits); break;
      case store::FieldType::Integer: seconds = static_cast<double>(static_cast<int64_t>(field.bits)); break;
      case store::FieldType::Unsigned: seconds = static_cast<double>(field.bits); break;
      default: return std::nullopt;
    }
    // Zero is what Proxmox VE says of a guest that is off; more than a century is no uptime.
    if (!(seconds > 0 && seconds < 4e9)) return std::nullopt;
    return static_cast<Ns>(seconds * static_cast<double>(kSecond));
  }
  return std::nullopt;
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
  std::vector<LineBeat> out;
  std::unordered_map<Names, size_t, NamesHash> seen;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = store::end_of_line(lines, at);
    const std::string_view line = lines.substr(at, end - at);
    at = end + 1;
    // The head ends at the first blank that is not escaped, the time begins behind the last one.
    size_t blank = 0;
    while (blank < line.size() && line[blank] != ' ') blank += line[blank] == '\\' ? 2 : 1;
    const size_t last = line.rfind(' ');
    if (blank >= line.size() || last == std::string_view::npos || last <= blank) continue;
    const auto stated = parse_int<Ns>(line.substr(last + 1));
    if (!stated) continue;
    const std::string_view head = line.substr(0, blank);
    const Names names{measurement(head), tag(head, ",host="), tag(head, ",instance=")};
    const auto [known, is_new] = seen.try_emplace(names, out.size());
    if (is_new) {
      out.push_back({host_of(head),
                     store::unescape_name(names.measurement),
                     store::unescape_name(tag(head, ",nodename=")),
                     *stated,
                     {}});
    }
    LineBeat& beat = out[known->second];
    const bool newest = *stated >= beat.stated;
    beat.stated = std::max(beat.stated, *stated);
    if (newest && names.measurement == "system") {
      if (const auto up = uptime(line.substr(blank + 1, last - blank - 1))) beat.uptime = up;
    }
  }
  return out;
}

}  // namespace inquest::record
