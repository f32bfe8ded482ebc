// What a dump's own header says, whatever its format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/elf_note.h"

namespace inquest::vmcore {

enum class Machine : uint8_t { Unknown, X86_64, Arm64 };

std::string_view to_string(Machine machine);

struct DumpHeader {
  std::string format;  // "ELF", "kdump-compressed"; for people
  Machine machine = Machine::Unknown;
  bool flattened = false;   // the file is a stream of pieces that makedumpfile -F or QEMU wrote
  bool incomplete = false;  // whoever wrote it said so, or the file ends before its own tables do
  // Pages that were left out read as zeros: nothing in the format tells them from pages of zeros.
  bool excluded_read_as_zero = false;
  std::vector<ElfNote> notes;
  std::vector<std::string> problems;  // what is odd, in sentences

  // ELF: where the kernel's own segment says its image is; KDUMP: in the sub header.
  std::optional<int64_t> phys_base;

  // Of kdump-compressed dumps; empty and 0 elsewhere.
  std::string compression;  // "zlib", "lzo", "snappy", "zstd", "none"; most pages', for people
  int32_t version = 0;
  int32_t dump_level = 0;  // makedumpfile -d
  int64_t timestamp = 0;   // seconds since 1970; when the dump was written, 0 where nobody said
  std::string sysname, nodename, release, uts_version, machine_name;
  uint32_t cpus = 0;  // that the header counts
};

}  // namespace inquest::vmcore
