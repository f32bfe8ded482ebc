// Memory that is taken a little at a time and given back all at once, straight to the system: what tables that come and
// go every few minutes leave behind in a heap would stay there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace inquest::store {

// Not for two threads at once.
class CellArena {
 public:
  CellArena() = default;
  CellArena(const CellArena&) = delete;
  CellArena& operator=(const CellArena&) = delete;

  // So many cells, of no particular value; valid as long as the arena. std::bad_alloc where there is no memory.
  uint64_t* take(size_t count);
  // Of all that was taken.
  size_t bytes() const { return bytes_; }

 private:
  struct Unmap {
    size_t bytes = 0;
    void operator()(uint64_t* cells) const;
  };
  std::vector<std::unique_ptr<uint64_t, Unmap>> chunks_;
  uint64_t* next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

}  // namespace inquest::store
