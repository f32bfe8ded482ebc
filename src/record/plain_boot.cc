#include "record/plain_boot.h"

#include <algorithm>
#include <functional>

namespace inquest::record {
namespace {

constexpr size_t kKnown = 256;
// Processors' clocks differ, and interrupts print in between.
constexpr Ns kDisorder = kSecond;

}  // namespace

PlainBoot::Verdict PlainBoot::line(Ns uptime, std::string_view message) {
  const size_t hash = std::hash<std::string_view>{}(message);
  const bool banner = uptime == 0 && newest_ != 0 && message.starts_with("Linux version ");
  if (uptime + kDisorder < newest_ || banner) {
    if (!open_) old_ = std::move(known_);
    known_.clear();
    before_ = newest_;
    newest_ = 0;
    open_ = true;
  }
  newest_ = std::max(newest_, uptime);
  const Verdict verdict = open_ ? judge(uptime, hash) : Verdict::Same;
  if (uptime != 0 && known_.size() < kKnown) known_.emplace_back(uptime, hash);
  return verdict;
}

PlainBoot::Verdict PlainBoot::judge(Ns uptime, size_t hash) {
  // The same kernel says the same at its clock's zero in each boot.
  if (uptime == 0) return Verdict::Open;
  if (!old_.empty() && uptime < old_.front().first) return Verdict::Open;
  open_ = false;
  if (std::ranges::find(old_, std::pair(uptime, hash)) == old_.end()) {
    old_.clear();
    return Verdict::Restart;
  }
  known_ = std::move(old_);
  old_.clear();
  return Verdict::Again;
}

}  // namespace inquest::record
