#include "journal/image.h"

#include <algorithm>
#include <utility>

#include <sys/mman.h>

#include "journal/shrink_guard.h"

namespace inquest::journal {

void Residency::drop_all() {
  for (Image* const image : images_) image->drop();
}

Image::Image(Residency& residency, uint64_t size)
    : residency_(&residency), size_(size), present_(size == 0 ? 0 : ((size - 1) >> kChunkBits) + 1) {
  residency.images_.push_back(this);
}

Result<std::unique_ptr<Image>> Image::map(const std::string& path, Residency& residency) {
  auto file = File::open(path);
  if (!file) return fail(file.error());
  if (!file->regular()) return fail({ErrorCode::Unsupported, "not a regular file", path, 0, 0});
  std::unique_ptr<Image> image(new Image(residency, file->size()));
  if (image->size_ == 0) return image;
  void* const at = ::mmap(nullptr, image->size_, PROT_READ, MAP_SHARED, file->descriptor(), 0);
  if (at == MAP_FAILED) return fail({ErrorCode::Io, "cannot be mapped", path, 0, 0});
  image->base_ = static_cast<char*>(at);
  guard_mapping(image->base_, image->size_);
  return image;
}

Result<std::unique_ptr<Image>> Image::over(Read read, uint64_t size, Residency& residency) {
  std::unique_ptr<Image> image(new Image(residency, size));
  image->read_ = std::move(read);
  if (size == 0) return image;
  void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return fail(ErrorCode::Limit, "no address space for a journal of that size");
  image->base_ = static_cast<char*>(at);
  return image;
}

Image::~Image() {
  residency_->held_ -= held_;
  std::erase(residency_->images_, this);
  if (base_ == nullptr) return;
  if (!read_) forget_mapping(base_);
  ::munmap(base_, size_);
}

void Image::bring(uint64_t chunk) {
  const uint64_t from = chunk << kChunkBits;
  const uint64_t length = std::min<uint64_t>(size_ - from, uint64_t{1} << kChunkBits);
  if (read_) {
    // What can't be read stays zero, which is no object.
    for (uint64_t got = 0; got < length;) {
      const size_t count = read_(from + got, std::span(base_ + from + got, length - got));
      if (count == 0) break;
      got += std::min<uint64_t>(count, length - got);
    }
  }
  if (present_[chunk].exchange(1, std::memory_order_relaxed) != 0) return;
  constexpr uint64_t kBytes = uint64_t{1} << kChunkBits;
  held_ += kBytes;
  residency_->held_ += kBytes;
}

void Image::drop() {
  const uint64_t held = held_.exchange(0);
  if (held == 0) return;
  for (auto& chunk : present_) chunk.store(0, std::memory_order_relaxed);
  ::madvise(base_, size_, MADV_DONTNEED);
  residency_->held_ -= held;
}

}  // namespace inquest::journal
