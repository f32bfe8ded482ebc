#include "vmcore/name_index.h"

#include <algorithm>

namespace inquest::vmcore {

void NameIndex::add(uint32_t hash, uint32_t number) {
  if (entries_.size() >= buckets_.size()) rehash(std::max<size_t>(buckets_.size() * 2, 1024));
  uint32_t& bucket = buckets_[hash & (buckets_.size() - 1)];
  entries_.push_back({hash, number, bucket});
  bucket = static_cast<uint32_t>(entries_.size() - 1);
}

void NameIndex::rehash(size_t buckets) {
  buckets_.assign(buckets, kNone);
  for (uint32_t at = 0; at < entries_.size(); ++at) {
    uint32_t& bucket = buckets_[entries_[at].hash & (buckets - 1)];
    entries_[at].next = bucket;
    bucket = at;
  }
}

}  // namespace inquest::vmcore
