#include "record/plain_boot.h"

#include <algorithm>
#include <functional>

namespace inquest::record {
namespace {

constexpr size_t kKnown = 256;
// Processors' clocks differ, and interrupts print in between.
constexpr Ns kDisorder = kSecond;
// Each processor that is started may say a few lines before its clock is set, most with a stamp of zero.
constexpr int kStrays = 32;
constexpr int kDecisive = 3;

}  // namespace

PlainBoot::Verdict PlainBoot::line(Ns uptime, std::string_view message) {
  const size_t hash = std::hash<std::string_view>{}(message);
  const bool banner = uptime == 0 && newest_ != 0 && message.starts_with("Linux version ");
  const bool back = uptime + kDisorder < newest_;
  // A few lines from before are no other log, unless one says that it begins one.
  if (back) strays_ += uptime == 0 ? 1 : kStrays / 8;
  if (back && !banner && strays_ < kStrays) return Verdict::Stray;
  strays_ = 0;
  if (back || banner) {
    if (!open_) old_ = std::move(known_);
    known_.clear();
    before_ = newest_;
    newest_ = 0;
    balance_ = 0;
    open_ = true;
  }
  newest_ = std::max(newest_, uptime);
  // Until the fine clock runs, stamps are whole milliseconds, and the same in each boot.
  const bool telling = uptime % kMilli != 0;
  Verdict verdict = Verdict::Same;
  if (open_) {
    if (telling) judge(uptime, hash);
    verdict = balance_ <= -kDecisive || balance_ >= kDecisive ? close(balance_ > 0) : Verdict::Open;
  }
  if (telling && known_.size() < kKnown) known_.emplace_back(uptime, hash);
  return verdict;
}

void PlainBoot::judge(Ns uptime, size_t hash) {
  if (old_.empty() || uptime < old_.front().first || uptime > old_.back().first) return;
  balance_ += std::ranges::find(old_, std::pair(uptime, hash)) != old_.end() ? 1 : -1;
}

PlainBoot::Verdict PlainBoot::decide() {
  if (!open_) return Verdict::Same;
  return close(balance_ != 0 ? balance_ > 0 : newest_ + kDisorder >= before_);
}

PlainBoot::Verdict PlainBoot::close(bool again) {
  open_ = false;
  if (again) known_ = std::move(old_);
  old_.clear();
  return again ? Verdict::Again : Verdict::Restart;
}

}  // namespace inquest::record
