#include "vmcore/page_bitmap.h"

#include <algorithm>
#include <bit>

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxCachedBlocks = 1024;
constexpr size_t kCountAtOnce = size_t{64} << 10;
constexpr uint64_t kBitsOfBlock = 4096 * 8;

}  // namespace

PageBitmap PageBitmap::uncounted(const ByteSource& bytes, uint64_t offset, uint64_t size) {
  const uint64_t there = offset < bytes.size() ? bytes.size() - offset : 0;
  return {bytes, offset, std::min(size, there)};
}

Result<PageBitmap> PageBitmap::open(const ByteSource& bytes, uint64_t offset, uint64_t size) {
  PageBitmap out = uncounted(bytes, offset, size);
  out.counts_.push_back(0);

  std::vector<uint64_t> words(kCountAtOnce / 8);
  uint64_t count = 0;
  for (uint64_t done = 0; done < out.size_; done += kCountAtOnce) {
    const size_t step = static_cast<size_t>(std::min<uint64_t>(kCountAtOnce, out.size_ - done));
    std::ranges::fill(words, 0);
    const auto into = std::as_writable_bytes(std::span(words)).first(step);
    if (const auto got = bytes.read(offset + done, into); !got) return fail(got.error());
    for (size_t at = 0; at < step; at += kBlock) {
      const size_t end = std::min(at + kBlock, words.size() * 8) / 8;
      for (size_t word = at / 8; word < end; ++word) count += static_cast<uint64_t>(std::popcount(words[word]));
      out.counts_.push_back(count);
    }
  }
  return out;
}

const PageBitmap::Block& PageBitmap::block(uint64_t number) const {
  if (const auto at = cache_.find(number); at != cache_.end()) return at->second;
  if (cache_.size() >= kMaxCachedBlocks) cache_.clear();
  Block words(kBlock / 8);
  const uint64_t start = number * kBlock;
  if (start < size_) {
    const size_t count = static_cast<size_t>(std::min<uint64_t>(kBlock, size_ - start));
    if (!bytes_->read(offset_ + start, std::as_writable_bytes(std::span(words)).first(count))) {
      std::ranges::fill(words, 0);
    }
  }
  return cache_.emplace(number, std::move(words)).first->second;
}

bool PageBitmap::test(uint64_t pfn) const {
  if (pfn >= pages()) return false;
  const uint64_t bit = pfn % kBitsOfBlock;
  return (block(pfn / kBitsOfBlock)[bit / 64] >> (bit % 64) & 1) != 0;
}

uint64_t PageBitmap::rank(uint64_t pfn) const {
  if (pfn >= pages()) return count();
  const Block& words = block(pfn / kBitsOfBlock);
  const uint64_t bit = pfn % kBitsOfBlock;
  uint64_t out = counts_[pfn / kBitsOfBlock];
  for (size_t word = 0; word < bit / 64; ++word) out += static_cast<uint64_t>(std::popcount(words[word]));
  const uint64_t below = (uint64_t{1} << (bit % 64)) - 1;
  return out + static_cast<uint64_t>(std::popcount(words[bit / 64] & below));
}

std::optional<uint64_t> PageBitmap::next(uint64_t pfn) const {
  while (pfn < pages()) {
    const uint64_t number = pfn / kBitsOfBlock;
    if (counts_[number] == counts_[number + 1]) {  // nothing in this block
      pfn = (number + 1) * kBitsOfBlock;
      continue;
    }
    const Block& words = block(number);
    const uint64_t bit = pfn % kBitsOfBlock;
    if (const uint64_t rest = words[bit / 64] >> (bit % 64); rest != 0) {
      return pfn + static_cast<uint64_t>(std::countr_zero(rest));
    }
    pfn += 64 - bit % 64;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore
