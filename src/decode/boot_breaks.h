// Where one boot's kernel log ends and the next one's begins, in a file that holds several.
#pragma once

#include <optional>

#include "base/time.h"

namespace inquest::decode {

// Follows the stamps of a log whose clock starts at 0 with each boot. A value; reset it by assigning a new one.
class BootBreaks {
 public:
  // Whether the line is another boot's: a second banner; a banner after time has passed; a stamp back near 0. Stamps
  // that are merely out of order (CPUs race for the log) are no break.
  bool breaks(Ns stamp, bool banner) const;
  // The line belongs to this boot.
  void note(Ns stamp, bool banner);
  // Whether the line is from a boot's beginning, whoever came before.
  static bool opens(Ns stamp, bool banner) { return banner || stamp < kSecond; }

  bool empty() const { return !latest_; }
  Ns latest() const { return latest_.value_or(0); }

 private:
  std::optional<Ns> latest_;
  bool banner_ = false;
};

}  // namespace inquest::decode
