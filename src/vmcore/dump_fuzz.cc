// Whatever the bytes: they open as a dump or are refused, and each of its first pages is read or an error.
#include "vmcore/dump.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::vmcore;
  std::vector<std::unique_ptr<ByteSource>> files;
  files.push_back(std::make_unique<MemoryBytes>(std::as_bytes(std::span(data, size))));
  auto dump = Dump::open(std::move(files));
  if (!dump) {
    if (dump.error().message.empty()) std::abort();
    return 0;
  }
  const PageSource& source = dump->memory().source();
  auto pfn = source.next_stored(0);
  for (int i = 0; pfn && i < 64; ++i) {
    if (!source.is_memory(*pfn)) std::abort();
    (void)dump->memory().page(*pfn);
    const auto next = source.next_stored(*pfn + 1);
    if (next && *next <= *pfn) std::abort();
    pfn = next;
  }
  if (const auto uts = dump->vmcoreinfo().symbol("init_uts_ns")) (void)dump->kernel().cstring(*uts);
  return 0;
}
