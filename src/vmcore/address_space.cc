#include "vmcore/address_space.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

bool holds(const Mapping& mapping, VirtAddr address) { return address - mapping.start < mapping.size; }

}  // namespace

void AddressSpace::set_direct_map(VirtAddr start, PhysAddr physical, uint64_t size) {
  direct_ = {start, physical, size};
}

std::optional<VirtAddr> AddressSpace::to_direct(PhysAddr address) const {
  if (address - direct_.physical >= direct_.size) return std::nullopt;
  return direct_.start + (address - direct_.physical);
}

Result<Mapping> AddressSpace::map(VirtAddr address) {
  if (holds(last_, address)) return last_;
  if (holds(direct_, address)) return direct_;
  if (const auto fixed = tables_->fixed(address)) return last_ = *fixed;
  if (!root_) {
    return fail(ErrorCode::NotFound,
                fmt::format("virtual address {:#x}: the dump does not tell where the page tables are", address.value));
  }
  const uint64_t page = address.value >> 12;
  if (entries_.empty()) entries_.resize(kEntries);
  Entry& entry = entries_[page % kEntries];
  if (entry.page != page) {
    auto mapping = tables_->walk(*memory_, *root_, address);
    if (!mapping) return mapping;
    entry = {page, *mapping};
  }
  return last_ = entry.mapping;
}

Result<PhysAddr> AddressSpace::translate(VirtAddr address) {
  const auto mapping = map(address);
  if (!mapping) return fail(mapping.error());
  return mapping->physical + (address - mapping->start);
}

Result<void> AddressSpace::read(VirtAddr address, std::span<std::byte> out) {
  while (!out.empty()) {
    const auto mapping = map(address);
    if (!mapping) return fail(mapping.error());
    const uint64_t inside = address - mapping->start;
    const auto count = static_cast<size_t>(std::min<uint64_t>(out.size(), mapping->size - inside));
    if (const auto done = memory_->read(mapping->physical + inside, out.first(count)); !done) {
      Error error = done.error();
      error.message = fmt::format("virtual address {:#x}: {}", address.value, error.message);
      return fail(std::move(error));
    }
    out = out.subspan(count);
    address = address + count;
  }
  return {};
}

size_t AddressSpace::read_some(VirtAddr address, std::span<std::byte> out) {
  size_t done = 0;
  while (done < out.size()) {
    const uint64_t page = memory_->page_size();
    const VirtAddr at = address + done;
    const auto count = static_cast<size_t>(std::min<uint64_t>(out.size() - done, page - (at.value & (page - 1))));
    if (!read(at, out.subspan(done, count))) break;
    done += count;
  }
  return done;
}

Result<std::vector<std::byte>> AddressSpace::bytes(VirtAddr address, uint64_t size, uint64_t limit) {
  if (size > limit) {
    return fail(ErrorCode::Limit,
                fmt::format("virtual address {:#x}: {} bytes in one piece, {} at most", address.value, size, limit));
  }
  std::vector<std::byte> out(static_cast<size_t>(size));
  if (const auto done = read(address, out); !done) return fail(done.error());
  return out;
}

Result<std::string> AddressSpace::cstring(VirtAddr address, size_t limit) {
  std::string out;
  char piece[256];
  while (out.size() < limit) {
    // Never over a piece's border, and so over no page's, before it is known that the string goes on there.
    const VirtAddr at = address + out.size();
    const size_t count = std::min(limit - out.size(), sizeof(piece) - at.value % sizeof(piece));
    const auto done = read(at, std::as_writable_bytes(std::span(piece, count)));
    if (!done) return fail(done.error());
    const auto* const end = static_cast<const char*>(std::memchr(piece, 0, count));
    out.append(piece, end == nullptr ? count : static_cast<size_t>(end - piece));
    if (end != nullptr) break;
  }
  return out;
}

}  // namespace inquest::vmcore
