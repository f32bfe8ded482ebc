// The parts that `makedumpfile --split` wrote, as one dump.
#pragma once

#include <memory>
#include <vector>

#include "vmcore/formats/kdump.h"
#include "vmcore/page_source.h"

namespace inquest::vmcore {

class SplitDump final : public PageSource {
 public:
  // The parts in any order. Malformed where their pages overlap or their page sizes differ. A part that is missing is
  // a gap: its pages fail with Truncated, and `header` says so.
  static Result<std::unique_ptr<SplitDump>> open(std::vector<std::unique_ptr<KdumpFile>> parts, DumpHeader& header);

  uint32_t page_size() const override { return parts_.front()->page_size(); }
  Result<void> load(uint64_t pfn, std::span<std::byte> out) const override;
  uint64_t end_pfn() const override;
  bool is_memory(uint64_t pfn) const override;
  std::optional<uint64_t> next_stored(uint64_t pfn) const override;

 private:
  std::vector<std::unique_ptr<KdumpFile>> parts_;  // by first page
};

}  // namespace inquest::vmcore
