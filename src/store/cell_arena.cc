#include "store/cell_arena.h"

#include <algorithm>
#include <new>

#include <sys/mman.h>

namespace inquest::store {
namespace {

constexpr size_t kChunk = (size_t{256} << 10) / sizeof(uint64_t);

}  // namespace

void CellArena::Unmap::operator()(uint64_t* cells) const { ::munmap(cells, bytes); }

uint64_t* CellArena::take(size_t count) {
  bytes_ += count * sizeof(uint64_t);
  if (count > left_) {
    const size_t cells = std::max(count, kChunk);
    const size_t bytes = cells * sizeof(uint64_t);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    chunks_.emplace_back(static_cast<uint64_t*>(memory), Unmap{bytes});
    if (cells - count <= left_) return static_cast<uint64_t*>(memory);  // what is open has more room
    next_ = static_cast<uint64_t*>(memory);
    left_ = cells;
  }
  uint64_t* const out = next_;
  next_ += count;
  left_ -= count;
  return out;
}

}  // namespace inquest::store
