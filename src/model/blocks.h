// A growing table without reallocation: ten million rows never need twice their memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace inquest::model {

// Append-only rows; references stay valid for the table's life. The first block holds 16 rows and each further one
// twice as many, up to 16,384: a case has one table with millions of events, but may have a million series with a
// sample each.
template <class T>
class Blocks {
 public:
  static constexpr size_t kFirst = 16;
  static constexpr size_t kRows = 16384;

  void push_back(const T& row) {
    const Place to = place(size_);
    if (to.block == blocks_.size()) {
      blocks_.push_back(std::make_unique_for_overwrite<T[]>(rows(to.block)));
      capacity_ += rows(to.block);
    }
    blocks_[to.block][to.row] = row;
    ++size_;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](size_t at) const { return blocks_[place(at).block][place(at).row]; }
  T& operator[](size_t at) { return blocks_[place(at).block][place(at).row]; }
  const T& back() const { return (*this)[size_ - 1]; }
  // Bytes of all blocks.
  size_t memory() const { return capacity_ * sizeof(T); }

 private:
  struct Place {
    size_t block = 0;
    size_t row = 0;
  };
  static constexpr size_t kGrowing = std::bit_width(kRows / kFirst) - 1;  // blocks smaller than kRows

  static constexpr size_t rows(size_t block) { return block < kGrowing ? kFirst << block : kRows; }
  // Counted from kFirst, a growing block starts at its own size, and a full one at a multiple of it.
  static constexpr Place place(size_t at) {
    at += kFirst;
    if (at >= kRows) return {kGrowing + at / kRows - 1, at % kRows};
    const size_t start = std::bit_floor(at);
    return {static_cast<size_t>(std::bit_width(start / kFirst)) - 1, at - start};
  }

  std::vector<std::unique_ptr<T[]>> blocks_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace inquest::model
