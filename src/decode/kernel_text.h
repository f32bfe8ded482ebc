// Which kind of kernel log a file's beginning is. One answer for both decoders, so that they never claim the same file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/decoder.h"

namespace inquest::decode {

enum class KernelTextKind : uint8_t {
  Other,
  Dmesg,    // the log buffer: essentially every line is a kernel line, of one boot
  Console,  // what went over a serial line: other text between, carriage returns, or one boot after the other
};

struct KernelText {
  KernelTextKind kind = KernelTextKind::Other;
  Claim claim = Claim::No;
};

KernelText classify_kernel_text(const Head& head);

// "Panic#1 Part1", "Oops#12 Part3": how a record of pstore begins (fs/pstore/platform.c, pstore_dump()).
struct PstoreHeader {
  std::string_view reason;  // "Panic"
  uint32_t count = 0;       // of the dumps of that boot
  uint32_t part = 0;        // 1 holds the newest lines
};
std::optional<PstoreHeader> pstore_header(std::string_view line);
// "dmesg-erst-7530486857247752194:": what systemd-pstore writes above each part in the dmesg.txt that it joins.
bool pstore_part_name(std::string_view line);

}  // namespace inquest::decode
