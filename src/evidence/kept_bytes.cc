#include "evidence/kept_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace inquest::evidence {
namespace {

class InMemory : public model::ByteSource {
 public:
  explicit InMemory(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::string bytes_;
};

class InSpool : public model::ByteSource {
 public:
  InSpool(std::shared_ptr<const Spool> spool, uint64_t start, uint64_t size)
      : spool_(std::move(spool)), start_(start), size_(size) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= size_) return size_t{0};
    const size_t count = static_cast<size_t>(std::min<uint64_t>(out.size(), size_ - offset));
    return spool_->read_at(start_ + offset, out.first(count));
  }

 private:
  std::shared_ptr<const Spool> spool_;
  uint64_t start_;
  uint64_t size_;
};

}  // namespace

KeptBytes::~KeptBytes() {
  store_.in_memory_ -= memory_.size();
  if (on_disk_) store_.spool_->shrink(start_);
}

void KeptBytes::append(std::string_view bytes) {
  if (lost_) return;
  size_ += bytes.size();
  const Limits& limits = store_.limits_;
  if (!on_disk_) {
    if (size_ <= limits.memory_bytes && store_.in_memory_ + bytes.size() <= limits.memory_bytes_in_all) {
      memory_ += bytes;
      store_.in_memory_ += bytes.size();
      return;
    }
    if (!move_to_disk()) {
      lost_ = true;
      return;
    }
  }
  lost_ = store_.spool_->size() + bytes.size() > limits.disk_bytes || !store_.spool_->append(bytes);
}

bool KeptBytes::move_to_disk() {
  if (!store_.spool_) {
    auto spool = Spool::create();
    if (!spool) return false;
    store_.spool_ = std::make_shared<Spool>(std::move(*spool));
  }
  start_ = store_.spool_->size();
  on_disk_ = true;
  const std::string moved = std::exchange(memory_, {});
  store_.in_memory_ -= moved.size();
  return store_.spool_->append(moved).has_value();
}

std::unique_ptr<model::ByteSource> KeptBytes::take() {
  if (lost_) return nullptr;
  lost_ = true;
  if (std::exchange(on_disk_, false)) return std::make_unique<InSpool>(store_.spool_, start_, size_);
  memory_.shrink_to_fit();
  return std::make_unique<InMemory>(std::exchange(memory_, {}));
}

Result<size_t> KeepingBytes::read(std::span<char> out) {
  auto got = from_.read(out);
  if (got) kept_.append(std::string_view(out.data(), *got));
  return got;
}

}  // namespace inquest::evidence
