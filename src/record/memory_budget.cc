#include "record/memory_budget.h"

namespace inquest::record {

MemoryBudget::Answer MemoryBudget::Lease::grow(uint64_t bytes) {
  if (bytes == 0) return Answer::Yes;
  MemoryBudget& budget = budget_;
  if (bytes > budget.most_ - budget.held_) return Answer::TooMuch;
  uint64_t& of_source = budget.sources_[source_];
  if (of_source > budget.most_of_one_ || bytes > budget.most_of_one_ - of_source) {
    if (of_source == 0) budget.sources_.erase(source_);
    return Answer::TooMuchOfThisSource;
  }
  of_source += bytes;
  budget.held_ += bytes;
  bytes_ += bytes;
  return Answer::Yes;
}

void MemoryBudget::give_back(const IpAddress& source, uint64_t bytes) {
  if (bytes == 0) return;
  held_ -= bytes;
  const auto found = sources_.find(source);
  found->second -= bytes;
  if (found->second == 0) sources_.erase(found);
}

}  // namespace inquest::record
