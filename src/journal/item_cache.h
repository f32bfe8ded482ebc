// What was made of data objects that many entries share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::journal {

// A table of a fixed size: a newcomer takes the place of whoever was there. Texts that are too large are not kept.
class ItemCache {
 public:
  struct alignas(64) Slot {
    uint64_t offset = 0;  // no data object lies at 0
    uint32_t file = 0;
    uint32_t tag = 0;   // whatever the user wants to know
    uint32_t tail = 0;  // likewise
    std::string text;
  };

  // With room for 2 to the power of `bits` texts. Where few fields are looked at, a small table stays in the
  // processor's cache.
  explicit ItemCache(int bits) : bits_(bits), slots_(size_t{1} << bits) {}

  // The slot of that data object, or null.
  const Slot* find(uint32_t file, uint64_t offset) const {
    const Slot& slot = slots_[place(file, offset)];
    return slot.offset == offset && slot.file == file && offset != 0 ? &slot : nullptr;
  }
  void keep(uint32_t file, uint64_t offset, uint32_t tag, uint32_t tail, std::string_view text) {
    if (text.size() > kLongest) return;
    Slot& slot = slots_[place(file, offset)];
    slot.offset = offset;
    slot.file = file;
    slot.tag = tag;
    slot.tail = tail;
    slot.text = text;
  }

 private:
  static constexpr size_t kLongest = 1024;
  size_t place(uint32_t file, uint64_t offset) const { return ((offset + file) * 0x9E3779B97F4A7C15) >> (64 - bits_); }

  int bits_;
  std::vector<Slot> slots_;
};

}  // namespace inquest::journal
