// Interned strings of a case: host names, programs, series names. Each text is kept once.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace inquest::model {

// Names a string of one pool. 0 is the empty string, which stands for "not said".
using StrId = uint32_t;

// Append-only. Views live as long as the pool. Not thread-safe.
class StringPool {
 public:
  StringPool();
  StrId intern(std::string_view text);
  // The id of a text that is already there, or 0.
  StrId find(std::string_view text) const;
  std::string_view view(StrId id) const { return texts_[id]; }
  size_t size() const { return texts_.size(); }

 private:
  size_t slot_of(std::string_view text, uint64_t hash) const;
  std::string_view keep(std::string_view text);
  void grow();

  std::vector<std::string_view> texts_;
  std::vector<uint32_t> slots_;  // open addressing; 0 is free (the empty string is never stored)
  std::vector<uint32_t> hashes_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_used_ = 0;
  size_t block_size_ = 0;
};

}  // namespace inquest::model
