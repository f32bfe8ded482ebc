// A growing table without reallocation: ten million rows never need twice their memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace inquest::model {

// Append-only rows in blocks of 16,384; references stay valid for the table's life.
template <class T>
class Blocks {
 public:
  static constexpr size_t kRows = 16384;

  void push_back(const T& row) {
    if (size_ % kRows == 0) blocks_.push_back(std::make_unique_for_overwrite<T[]>(kRows));
    blocks_.back()[size_ % kRows] = row;
    ++size_;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](size_t at) const { return blocks_[at / kRows][at % kRows]; }
  T& operator[](size_t at) { return blocks_[at / kRows][at % kRows]; }
  const T& back() const { return (*this)[size_ - 1]; }
  size_t memory() const { return blocks_.size() * kRows * sizeof(T); }

 private:
  std::vector<std::unique_ptr<T[]>> blocks_;
  size_t size_ = 0;
};

}  // namespace inquest::model
