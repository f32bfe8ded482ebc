// Whatever the tables: they are found and opened, or refused with words; an opened one answers for each of its symbols.
#include "vmcore/kallsyms.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "support/fuzz_memory.h"

namespace {

using namespace inquest::vmcore;

void look_through(const inquest::Result<Kallsyms>& opened) {
  if (!opened) {
    if (opened.error().message.empty()) std::abort();
    return;
  }
  // All names may be the same, and then each look for one is as long as the table.
  constexpr uint32_t kLookedFor = 32;
  for (uint32_t i = 0; i < std::min(opened->size(), kLookedFor); ++i) {
    const Symbol symbol = opened->symbol(i);
    const auto same = opened->find_all(symbol.name);
    if (std::ranges::find(same, i) == same.end()) std::abort();
    (void)opened->at(symbol.address);
  }
  if (!opened->name(opened->size()).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kHeader = 16;
  if (size < kHeader || size > 65536) return 0;
  inquest::testing::FuzzMemory memory({reinterpret_cast<const char*>(data), size});
  // The input says itself where its tables are, and then it is looked for.
  uint16_t at[8];
  std::memcpy(at, data, kHeader);
  const VirtAddr start = memory.start();
  KallsymsPlaces places{start + at[0], start + at[1], start + at[2], at[3], start + at[4], std::nullopt};
  if ((at[5] & 1) != 0) places.relative_base = start + at[6];
  look_through(Kallsyms::open_at(memory.space(), places, (at[5] & 2) != 0 ? std::optional(start) : std::nullopt));
  look_through(Kallsyms::open(memory.space(), memory.dump().vmcoreinfo()));
  return 0;
}
