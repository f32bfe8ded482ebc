// UPIDs: the names that Proxmox gives to its tasks, which tell who, what, when, and when the host was started.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::model {

// "UPID:pve:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:": node, process id, its start in hundredths of a second
// since boot, time since 1970 in seconds (the last three in hexadecimal), type, what it works on, user. Views into the
// text.
struct Upid {
  std::string_view text;  // the whole name, with its last colon
  std::string_view node;
  uint32_t pid = 0;
  Ns uptime = 0;  // of the node when the task's process started, to a hundredth of a second
  Ns start = 0;   // UTC, to the second below; read just before the process started
  std::string_view type;
  std::string_view object;  // a guest's number, a storage, a disk; may be empty
  std::string_view user;

  // The kernel started between these two: `start` is cut to the second.
  Ns boot_after() const { return start - uptime; }
  Ns boot_before() const { return boot_after() + kSecond - 1; }
};

// The UPID that the text begins with; nothing where it begins with none, or with one whose numbers no host can have.
// Proxmox Backup Server's, which have the number of the task in its process as well, are read too. Source: pve-common,
// src/PVE/Tools.pm, upid_decode(); proxmox-schema, src/upid.rs.
std::optional<Upid> parse_upid(std::string_view text);
// The first UPID anywhere in the text.
std::optional<Upid> find_upid(std::string_view text);

}  // namespace inquest::model
