// The bytes of one journal file, at any offset, in bounded memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace inquest::journal {

class Image;

// How much of some images is held in memory, together. Must outlive them.
class Residency {
 public:
  explicit Residency(uint64_t limit = kUsual) : limit_(limit) {}
  Residency(const Residency&) = delete;
  Residency& operator=(const Residency&) = delete;

 private:
  friend class Image;
  static constexpr uint64_t kUsual = 22 << 20;
  void drop_all();

  uint64_t limit_;
  std::atomic<uint64_t> held_ = 0;
  std::vector<Image*> images_;
};

// Address space as large as the file, filled as it is looked at: by the kernel where the file is mapped, by a function
// otherwise. What was looked at is counted in chunks and given back by relax(), so that neither the size of the file
// nor the way through it decides how much memory is in use. A mapped one may be looked at by several threads: its views
// stay valid, and the count is then about right.
class Image {
 public:
  // Up to out.size() bytes from the offset; fewer at the end, or where they can't be read.
  using Read = std::function<size_t(uint64_t offset, std::span<char> out)>;

  // Maps a regular file. One that shrinks while it is read gives zeros (see shrink_guard.h).
  static Result<std::unique_ptr<Image>> map(const std::string& path, Residency& residency);
  // Bytes that come from a function, which is called once for each chunk as long as it is in memory.
  static Result<std::unique_ptr<Image>> over(Read read, uint64_t size, Residency& residency);

  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();

  uint64_t size() const { return size_; }

  // `length` bytes from there, valid until relax(); null where the file does not have them.
  const char* at(uint64_t offset, uint64_t length) {
    if (offset > size_ || length > size_ - offset) return nullptr;
    const uint64_t first = offset >> kChunkBits;
    const uint64_t last = (offset + (length == 0 ? 0 : length - 1)) >> kChunkBits;
    for (uint64_t chunk = first; chunk <= last && chunk < present_.size(); ++chunk) {
      if (present_[chunk].load(std::memory_order_relaxed) == 0) [[unlikely]]
        bring(chunk);
    }
    return base_ + offset;
  }

  // Says that the bytes from that offset on will be looked at soon. Where the file is mapped, its pages are there
  // afterwards; else it does nothing unless they are in memory.
  void prefetch(uint64_t offset) {
    if (offset >= size_) return;
    const char* const bytes = base_ + offset;
    const uint64_t chunk = offset >> kChunkBits;
    if (present_[chunk].load(std::memory_order_relaxed) == 0) {
      if (read_) return;
      bring(chunk);
      (void)*static_cast<const volatile char*>(bytes);
    }
    // An object of usual size, wherever it begins in a line of the processor's cache.
    for (const int line : {0, 64, 128}) __builtin_prefetch(bytes + line);
  }

  // Gives memory back where all images together hold more than they may. Views of those that are not mapped end here.
  void relax() {
    if (residency_->held_.load(std::memory_order_relaxed) > residency_->limit_) [[unlikely]]
      residency_->drop_all();
  }

 private:
  static constexpr int kChunkBits = 16;  // what Linux maps around a fault, and a fair size to read

  friend class Residency;
  Image(Residency& residency, uint64_t size);
  void bring(uint64_t chunk);
  void drop();

  Residency* residency_;
  char* base_ = nullptr;
  uint64_t size_ = 0;
  Read read_;                                  // empty: mapped
  std::vector<std::atomic<uint8_t>> present_;  // for each chunk
  std::atomic<uint64_t> held_ = 0;             // bytes of the present ones
};

}  // namespace inquest::journal
