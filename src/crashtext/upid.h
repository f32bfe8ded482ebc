// Proxmox VE's task identifiers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crashtext/reading.h"

namespace inquest::crashtext {

// "UPID:pve:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:"; PVE::Tools::upid_decode() of pve-common.
struct Upid {
  std::string node;
  uint32_t pid = 0;
  Ns uptime = 0;   // of the host when the task's worker started: since boot, in steps of 10 ms
  Ns started = 0;  // UTC, a whole second
  std::string type;
  std::string id;  // of the guest, where the task is about one
  std::string user;

  // When the host had booted; right to about a second.
  Ns booted() const { return started - uptime; }
};

std::optional<Upid> parse_upid(std::string_view text);
Reading read_upid(const Upid& upid);

}  // namespace inquest::crashtext
