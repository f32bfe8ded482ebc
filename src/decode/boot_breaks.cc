#include "decode/boot_breaks.h"

#include <algorithm>

namespace inquest::decode {

bool BootBreaks::breaks(Ns stamp, bool banner) const {
  if (!latest_) return false;
  const Ns back = *latest_ - stamp;
  // Some kernels say a few words before the banner, all of them at 0: those are the same boot.
  if (banner) return banner_ || back > kSecond;
  if (stamp < kSecond) return back > 2 * kSecond;
  // A quiet console shows its first line later.
  return stamp < kMinute && back > kMinute;
}

void BootBreaks::note(Ns stamp, bool banner) {
  latest_ = std::max(latest_.value_or(stamp), stamp);
  banner_ = banner_ || banner;
}

}  // namespace inquest::decode
