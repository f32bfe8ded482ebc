// A long run of bytes of the dump of which few are needed: read piece by piece when they are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vmcore/address.h"
#include "vmcore/address_space.h"

namespace inquest::vmcore {

class LazyBytes {
 public:
  // Fills the span with the bytes from that offset on; false where they cannot be read.
  using Load = std::function<bool(uint64_t offset, std::span<std::byte> out)>;
  static constexpr uint64_t kPiece = 4096;

  LazyBytes(uint64_t size, Load load);
  // Memory of the dead kernel; the address space must outlive it.
  static LazyBytes of(AddressSpace& space, VirtAddr start, uint64_t size);

  uint64_t size() const { return size_; }
  // These bytes, or nothing where they do not lie inside or cannot be read. Views stay good as long as this object.
  std::optional<std::span<const std::byte>> view(uint64_t offset, uint64_t count);
  std::optional<uint32_t> u32(uint64_t offset);
  // The text up to the NUL, which must come within `limit` bytes; nothing otherwise.
  std::optional<std::string_view> cstring(uint64_t offset, uint64_t limit = 4096);

 private:
  bool load(uint64_t offset, uint64_t count);

  enum class State : uint8_t { Unknown, Loaded, Unreadable };
  uint64_t size_;
  Load load_;
  std::unique_ptr<std::byte[]> bytes_;  // not written to before it is loaded: untouched pages cost no memory
  std::vector<State> pieces_;
};

}  // namespace inquest::vmcore
