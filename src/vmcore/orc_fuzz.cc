// Whatever the tables: a lookup ends, and what it finds is an entry that means something.
#include "vmcore/orc.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "support/fuzz_memory.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::vmcore;
  if (size < 8 || size > 65536) return 0;
  inquest::testing::FuzzMemory memory({reinterpret_cast<const char*>(data), size});
  const VirtAddr start = memory.start();
  const uint64_t count = size / 10;  // four bytes of address and six of entry each
  for (const OrcVersion version : {OrcVersion::V1, OrcVersion::V2, OrcVersion::V3, OrcVersion::V4}) {
    const Orc orc(memory.space(), {start, start + count * 4, count}, version);
    for (uint64_t i = 0; i < 64; ++i) {
      const auto entry = orc.find(start + i * 64);
      if (entry && entry->kind > OrcKind::RegsPartial) std::abort();
    }
    uint64_t raw = 0;
    std::memcpy(&raw, data, 8);
    const auto entry = decode_orc(raw & 0xffffffffffff, version);
    if (entry && entry->sp_register > OrcRegister::SpIndirect) std::abort();
  }
  return 0;
}
