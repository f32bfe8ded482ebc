// A long run of bytes of the dump of which few are needed: read piece by piece when they are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
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
  std::optional<std::span<const std::byte>> view(uint64_t offset, uint64_t count) {
    if (!ready(offset, count) && !load(offset, count)) return std::nullopt;
    return std::span<const std::byte>(bytes_.get() + offset, count);
  }
  std::optional<uint32_t> u32(uint64_t offset) {
    if (!ready(offset, 4) && !load(offset, 4)) return std::nullopt;
    uint32_t value = 0;
    std::memcpy(&value, bytes_.get() + offset, sizeof value);
    return value;
  }
  // The text up to the NUL, which must come within `limit` bytes; nothing otherwise.
  std::optional<std::string_view> cstring(uint64_t offset, uint64_t limit = 4096);

 private:
  enum class State : uint8_t { Unknown, Loaded, Unreadable };

  // Whether these bytes are there already: the usual case, and so without a call.
  bool ready(uint64_t offset, uint64_t count) const {
    const uint64_t inside = offset % kPiece;
    return offset < size_ && count <= size_ - offset && count <= kPiece - inside &&
           pieces_[offset / kPiece] == State::Loaded;
  }
  bool load(uint64_t offset, uint64_t count);

  uint64_t size_;
  Load load_;
  std::unique_ptr<std::byte[]> bytes_;  // not written to before it is loaded: untouched pages cost no memory
  std::vector<State> pieces_;
};

}  // namespace inquest::vmcore
