#include "model/strings.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace inquest::model {
namespace {

constexpr size_t kBlock = 64 * 1024;

uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

}  // namespace

StringPool::StringPool() : slots_(64, 0) {
  texts_.emplace_back();
  hashes_.push_back(0);
}

size_t StringPool::slot_of(std::string_view text, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const uint32_t id = slots_[at];
    if (id == 0 || (hashes_[id] == static_cast<uint32_t>(hash) && texts_[id] == text)) return at;
  }
}

std::string_view StringPool::keep(std::string_view text) {
  if (block_size_ - block_used_ < text.size()) {
    block_size_ = std::max(kBlock, text.size());
    block_used_ = 0;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
  }
  char* place = blocks_.back().get() + block_used_;
  std::memcpy(place, text.data(), text.size());
  block_used_ += text.size();
  return {place, text.size()};
}

void StringPool::grow() {
  std::vector<uint32_t> larger(slots_.size() * 2, 0);
  const size_t mask = larger.size() - 1;
  for (uint32_t id = 1; id < texts_.size(); ++id) {
    size_t at = hash_of(texts_[id]) & mask;
    while (larger[at] != 0) at = (at + 1) & mask;
    larger[at] = id;
  }
  slots_ = std::move(larger);
}

StrId StringPool::intern(std::string_view text) {
  if (text.empty()) return 0;
  const uint64_t hash = hash_of(text);
  size_t at = slot_of(text, hash);
  if (slots_[at] != 0) return slots_[at];
  if (texts_.size() * 2 > slots_.size()) {
    grow();
    at = slot_of(text, hash);
  }
  const auto id = static_cast<uint32_t>(texts_.size());
  texts_.push_back(keep(text));
  hashes_.push_back(static_cast<uint32_t>(hash));
  slots_[at] = id;
  return id;
}

StrId StringPool::find(std::string_view text) const { return text.empty() ? 0 : slots_[slot_of(text, hash_of(text))]; }

}  // namespace inquest::model
