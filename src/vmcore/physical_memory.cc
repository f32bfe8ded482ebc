#include "vmcore/physical_memory.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace inquest::vmcore {

struct PhysicalMemory::Slot {
  std::unique_ptr<std::byte[]> bytes;
  uint64_t pfn = 0;
  bool used = false;  // since the hand last came by
};

namespace {

Error located(Error error, uint64_t address) {
  error.message = fmt::format("physical address {:#x}: {}", address, error.message);
  return error;
}

}  // namespace

PhysicalMemory::PhysicalMemory(std::unique_ptr<PageSource> source, size_t cache_bytes)
    : source_(std::move(source)),
      page_size_(source_->page_size()),
      page_shift_(static_cast<uint32_t>(std::countr_zero(page_size_))),
      capacity_(std::max<size_t>(cache_bytes / page_size_, 2)) {}

PhysicalMemory::~PhysicalMemory() = default;

// A slot that no page is in: a new one, until the cache is full.
size_t PhysicalMemory::free_slot() {
  if (slots_.size() < capacity_) {
    slots_.push_back({std::make_unique_for_overwrite<std::byte[]>(page_size_)});
    return slots_.size() - 1;
  }
  while (slots_[hand_].used) {
    slots_[hand_].used = false;
    hand_ = (hand_ + 1) % slots_.size();
  }
  const size_t slot = hand_;
  hand_ = (hand_ + 1) % slots_.size();
  if (const auto at = index_.find(slots_[slot].pfn); at != index_.end() && at->second == slot) index_.erase(at);
  return slot;
}

Result<std::span<const std::byte>> PhysicalMemory::page(uint64_t pfn) {
  if (pfn == last_pfn_) return std::span(last_, page_size_);
  size_t slot = 0;
  if (const auto at = index_.find(pfn); at != index_.end()) {
    slot = at->second;
  } else {
    slot = free_slot();
    last_pfn_ = ~uint64_t{0};  // it may have been the page that makes room
    if (auto done = source_->load(pfn, std::span(slots_[slot].bytes.get(), page_size_)); !done) {
      slots_[slot].used = false;
      slots_[slot].pfn = ~uint64_t{0};
      if (slot + 1 == slots_.size()) slots_.pop_back();
      return fail(located(done.error(), pfn << page_shift_));
    }
    ++loaded_;
    slots_[slot].pfn = pfn;
    index_[pfn] = static_cast<uint32_t>(slot);
    if (record_ != nullptr) record_->insert(pfn);
  }
  slots_[slot].used = true;
  last_pfn_ = pfn;
  last_ = slots_[slot].bytes.get();
  return std::span(last_, page_size_);
}

Result<void> PhysicalMemory::read(PhysAddr address, std::span<std::byte> out) {
  while (!out.empty()) {
    const size_t offset = address.value & (page_size_ - 1);
    const size_t count = std::min<size_t>(out.size(), page_size_ - offset);
    const uint64_t pfn = address.value >> page_shift_;
    if (count == page_size_ && pfn != last_pfn_ && !index_.contains(pfn)) {
      // Who asks for whole pages keeps them: a second copy here would be one too many.
      if (auto done = source_->load(pfn, out.first(count)); !done) return fail(located(done.error(), address.value));
      ++loaded_;
      if (record_ != nullptr) record_->insert(pfn);
    } else {
      const auto bytes = page(pfn);
      if (!bytes) return fail(bytes.error());
      std::memcpy(out.data(), bytes->data() + offset, count);
    }
    out = out.subspan(count);
    address = address + count;
  }
  return {};
}

Result<uint64_t> PhysicalMemory::u64(PhysAddr address) {
  uint64_t value = 0;
  if (const auto done = read(address, std::as_writable_bytes(std::span(&value, 1))); !done) return fail(done.error());
  return value;
}

void PhysicalMemory::scan(const std::function<bool(uint64_t, std::span<const std::byte>)>& visit) const {
  std::vector<std::byte> buffer(page_size_);
  for (auto pfn = source_->next_stored(0); pfn; pfn = source_->next_stored(*pfn + 1)) {
    if (!source_->load(*pfn, buffer)) continue;
    if (!visit(*pfn, buffer)) return;
  }
}

void PhysicalMemory::record(std::set<uint64_t>* pages) {
  record_ = pages;
  index_.clear();
  slots_.clear();
  hand_ = 0;
  last_pfn_ = ~uint64_t{0};
}

}  // namespace inquest::vmcore
