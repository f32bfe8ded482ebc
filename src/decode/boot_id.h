// systemd's boot ids as text.
#pragma once

#include <algorithm>
#include <string_view>

namespace inquest::decode {

// "4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c": 32 hexadecimal digits, lower-case, as journald, journalctl and
// /proc/sys/kernel/random/boot_id (without its dashes) write them.
inline bool is_boot_id(std::string_view text) {
  return text.size() == 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace inquest::decode
