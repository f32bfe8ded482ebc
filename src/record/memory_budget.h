// How many bytes may wait in memory, all in all and of one source, so that no source takes what others need.
#pragma once

#include <cstdint>
#include <map>

#include "record/ip_address.h"

namespace inquest::record {

// Not for use from several threads. Outlives its leases.
class MemoryBudget {
 public:
  MemoryBudget(uint64_t most, uint64_t most_of_one) : most_(most), most_of_one_(most_of_one) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  enum class Answer : uint8_t { Yes, TooMuch, TooMuchOfThisSource };

  // Bytes that one source holds; given back when it goes.
  class Lease {
   public:
    Lease(MemoryBudget& budget, const IpAddress& source) : budget_(budget), source_(source) {}
    ~Lease() { budget_.give_back(source_, bytes_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // So many more; nothing changes unless the answer is yes.
    Answer grow(uint64_t bytes);

   private:
    MemoryBudget& budget_;
    IpAddress source_;
    uint64_t bytes_ = 0;
  };

  uint64_t held() const { return held_; }

 private:
  void give_back(const IpAddress& source, uint64_t bytes);

  uint64_t most_;
  uint64_t most_of_one_;
  uint64_t held_ = 0;
  std::map<IpAddress, uint64_t> sources_;  // that hold something
};

}  // namespace inquest::record
