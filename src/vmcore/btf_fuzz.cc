// Whatever the bytes: types are found, named and walked through without end or crash.
#include "vmcore/btf.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "vmcore/lazy_bytes.h"
#include "vmcore/types.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::vmcore;
  const auto load = [data, size](uint64_t offset, std::span<std::byte> out) {
    if (offset > size || size - offset < out.size()) return false;
    std::memcpy(out.data(), data + offset, out.size());
    return true;
  };
  auto btf = Btf::open(LazyBytes(size, load));
  if (!btf) {
    if (btf.error().message.empty()) std::abort();
    return 0;
  }
  const Btf* const source = btf->get();
  Types types;
  types.add(std::move(*btf));
  constexpr size_t kMost = 64;
  const auto names = types.names("", kMost);
  if (names.size() > kMost) std::abort();
  for (const auto& name : names) {
    const Type type = types.structure(name);
    (void)type_name(type);
    (void)types.field(name, "a.b[2].c");
    if (type) (void)type.source->members(type.id);
  }
  for (uint32_t id = 0; id < 256; ++id) {
    const TypeInfo info = source->info(id);
    (void)type_name({source, id});
    (void)source->members(id);
    (void)source->enumerators(id);
    if (info.target) (void)info_of(strip_typedefs(info.target));
  }
  (void)types.variable("x");
  return 0;
}
