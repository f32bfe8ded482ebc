// Whether a kernel log that starts anew on a console is another boot or the old one, printed once more.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "base/time.h"

namespace inquest::decode {

// Somebody who runs `dmesg` at a serial console sends the whole log over it again, banner and all. Its lines were seen
// before, to the microsecond; those of another boot were not.
class ConsoleReplay {
 public:
  enum class Line : uint8_t {
    Mute,   // says nothing: the same kernel prints it at the same time in each boot
    Known,  // this boot printed it
    New,
  };

  // A line of the running boot.
  void saw(Ns stamp, std::string_view message);
  Line look_up(Ns stamp, std::string_view message) const;
  void clear() { seen_.clear(); }

 private:
  static constexpr size_t kMost = 65'536;  // lines that are remembered of one boot: a log buffer holds fewer
  std::unordered_set<uint64_t> seen_;
};

}  // namespace inquest::decode
