#include "reason/presence.h"

#include <unordered_map>

namespace inquest::reason {

std::vector<Presence> presences(const model::Case& the_case) {
  std::vector<Presence> out;
  std::unordered_map<uint64_t, size_t> index;
  uint64_t last_key = ~uint64_t{0};
  size_t at = 0;
  for (model::EventId id = 0; id < the_case.events.size(); ++id) {
    const model::Event& event = the_case.events[id];
    const model::StrId host = the_case.host_of(event);
    const uint64_t key = uint64_t{event.stream} << 32 | host;
    if (key != last_key) {
      const auto [found, added] = index.try_emplace(key, out.size());
      if (added) out.push_back({event.stream, host, id, id, id, event.time, event.time, 0});
      at = found->second;
      last_key = key;
    }
    Presence& presence = out[at];
    presence.last = id;
    ++presence.events;
    if (event.time >= presence.latest_raw) {
      presence.latest_raw = event.time;
      presence.latest = id;
    }
    if (event.time < presence.earliest_raw) presence.earliest_raw = event.time;
  }
  return out;
}

}  // namespace inquest::reason
