// What the name of one of pstore's records tells: which backend kept it, and sometimes when.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// "dmesg-efi_pstore-170743290701001" is of 1707432907 s after 1970 (1 Jan 1970 UTC), part 1, the first of that second.
struct PstoreName {
  std::string_view type;     // "dmesg", "console", "pmsg", ...
  std::string_view backend;  // "ramoops", "efi_pstore", "erst", "pstore_blk", "nvme"
  uint64_t id = 0;
  // The host's clock when the record was written, to the second below; only where the name tells it.
  std::optional<Ns> written;
  // For records of one dump this is the same, for those of two dumps of one backend mostly not; 0 where the name does
  // not tell.
  uint64_t moment = 0;
};

// From "TYPE-BACKEND-ID", with ".enc.z" behind it where the kernel could not unpack it (fs/pstore/inode.c,
// pstore_mkfile()); nothing for other names. `count` and `part` are those of the record's header, "Panic#2 Part1": an
// ERST id tells when it was written only for the first dump of a boot.
std::optional<PstoreName> parse_pstore_name(std::string_view name, uint32_t count, uint32_t part);

}  // namespace inquest::decode
