// Which messages are landmarks: one table over the programs whose words an inquiry turns on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/landmark.h"

namespace inquest::decode {

// Whose words a message is; Other is never looked at.
enum class Voice : uint8_t {
  Other,
  Kernel,
  Systemd,
  Journald,
  Syslogd,
  Shutdown,
  Corosync,
  HighAvailability,
  Watchdog,
  Proxmox,  // its daemons and tools, which name their tasks
  Zed,      // the ZFS event daemon
  Log2ram,
  Ups,  // NUT's upsmon, apcupsd
};

// From the program's name as logs print it ("kernel", "systemd", "systemd-journald", "corosync").
Voice voice_of(std::string_view ident);

struct Mark {
  model::LandmarkKind kind{};
  std::string_view text;  // a view into the message
  int64_t number = 0;
};

// The landmark that a message is, if any. `message` has no prefix of syslog, level or time left, but may have the
// "[ 1.759158] " that kernels put into syslog. Sources of each wording are in the table.
std::optional<Mark> find_landmark(Voice voice, std::string_view message);

// Removes a kernel time stamp "[    1.759158] " (and a caller "[T12] ") from the front; `time` gets it.
std::string_view strip_kernel_stamp(std::string_view message, std::optional<Ns>* time = nullptr);

}  // namespace inquest::decode
