// Lines of the ZFS event daemon.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// "zed[9864]: eid=11 class=data pool='rpool' priority=0 err=52 flags=0x8081", all-syslog.sh of ZFS.
struct ZedEvent {
  std::vector<std::pair<std::string, std::string>> fields;  // in the order of the line

  std::string_view get(std::string_view name) const;
};

// Nothing without a class.
std::optional<ZedEvent> parse_zed_event(std::string_view line);
Reading read_zed_event(const ZedEvent& event);

}  // namespace inquest::crashtext
