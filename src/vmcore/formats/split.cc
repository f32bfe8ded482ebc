#include "vmcore/formats/split.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::vmcore {

Result<std::unique_ptr<SplitDump>> SplitDump::open(std::vector<std::unique_ptr<KdumpFile>> parts, DumpHeader& header) {
  std::ranges::sort(parts, {}, [](const auto& part) { return part->first_pfn(); });
  uint64_t end = 0;
  for (const auto& part : parts) {
    if (!part->split()) return fail(ErrorCode::Malformed, "one of several files is not a part of a split dump");
    if (part->page_size() != parts.front()->page_size()) {
      return fail(ErrorCode::Malformed, "the files are parts of different dumps");
    }
    if (part->first_pfn() < end) {
      return fail(ErrorCode::Malformed, fmt::format("page {:#x} is in two of the files", part->first_pfn()));
    }
    if (part->first_pfn() > end) {
      header.incomplete = true;
      header.problems.push_back(fmt::format("no file has the pages {:#x} to {:#x}", end, part->first_pfn()));
    }
    end = part->last_pfn();
  }
  std::unique_ptr<SplitDump> out(new SplitDump);
  out->parts_ = std::move(parts);
  return out;
}

Result<void> SplitDump::load(uint64_t pfn, std::span<std::byte> out) const {
  for (const auto& part : parts_) {
    if (pfn >= part->first_pfn() && pfn < part->last_pfn()) return part->load(pfn, out);
  }
  if (!is_memory(pfn)) return fail(ErrorCode::NotFound, "the machine has no memory there");
  return fail(ErrorCode::Truncated, "the part of the split dump with this page is missing");
}

uint64_t SplitDump::end_pfn() const { return parts_.front()->end_pfn(); }

bool SplitDump::is_memory(uint64_t pfn) const { return parts_.front()->is_memory(pfn); }

std::optional<uint64_t> SplitDump::next_stored(uint64_t pfn) const {
  for (const auto& part : parts_) {
    if (const auto next = part->next_stored(pfn)) return next;
  }
  return std::nullopt;
}

}  // namespace inquest::vmcore
