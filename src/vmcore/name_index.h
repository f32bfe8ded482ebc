// Which numbers go with a name: a hash table for types, whose names are in the dump's own bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace inquest::vmcore {

// Names are not kept: who asks compares what each number of the hash stands for. Hashes that collide, even all of
// them, cost time alone.
class NameIndex {
 public:
  void add(uint32_t hash, uint32_t number);
  size_t size() const { return entries_.size(); }

  // Each number that was added with that hash, the last one first.
  template <class Visit>
  void each(uint32_t hash, const Visit& visit) const {
    if (buckets_.empty()) return;
    for (uint32_t at = buckets_[hash & (buckets_.size() - 1)]; at != kNone; at = entries_[at].next) {
      if (entries_[at].hash == hash) visit(entries_[at].number);
    }
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Entry {
    uint32_t hash;
    uint32_t number;
    uint32_t next;  // of the same bucket
  };
  void rehash(size_t buckets);

  std::vector<Entry> entries_;
  std::vector<uint32_t> buckets_;  // a power of two of them
};

}  // namespace inquest::vmcore
