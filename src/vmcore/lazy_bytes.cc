#include "vmcore/lazy_bytes.h"

#include <algorithm>
#include <cstring>

namespace inquest::vmcore {

LazyBytes::LazyBytes(uint64_t size, Load load)
    : size_(size),
      load_(std::move(load)),
      bytes_(std::make_unique_for_overwrite<std::byte[]>(size)),
      pieces_((size + kPiece - 1) / kPiece, State::Unknown) {}

LazyBytes LazyBytes::of(AddressSpace& space, VirtAddr start, uint64_t size) {
  return {size, [&space, start](uint64_t offset, std::span<std::byte> out) {
            return space.read(start + offset, out).has_value();
          }};
}

bool LazyBytes::load(uint64_t offset, uint64_t count) {
  if (offset > size_ || count > size_ - offset) return false;
  if (count == 0) return true;
  for (uint64_t piece = offset / kPiece; piece <= (offset + count - 1) / kPiece; ++piece) {
    if (pieces_[piece] == State::Unknown) {
      const uint64_t start = piece * kPiece;
      const uint64_t length = std::min(kPiece, size_ - start);
      pieces_[piece] = load_(start, {bytes_.get() + start, length}) ? State::Loaded : State::Unreadable;
    }
    if (pieces_[piece] == State::Unreadable) return false;
  }
  return true;
}

std::optional<std::string_view> LazyBytes::cstring(uint64_t offset, uint64_t limit) {
  uint64_t end = offset;
  while (end < size_ && end - offset < limit) {
    const uint64_t stop = std::min({(end / kPiece + 1) * kPiece, size_, offset + limit});
    if (!ready(end, stop - end) && !load(end, stop - end)) return std::nullopt;
    const void* nul = std::memchr(bytes_.get() + end, 0, stop - end);
    if (nul != nullptr) {
      const char* start = reinterpret_cast<const char*>(bytes_.get() + offset);
      return std::string_view(start, static_cast<size_t>(static_cast<const char*>(nul) - start));
    }
    end = stop;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore
