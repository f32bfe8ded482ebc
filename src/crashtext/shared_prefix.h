// What an unknown logger puts before every line, learned from two lines that follow each other.
#pragma once

#include <string>
#include <string_view>

namespace inquest::crashtext {

// Consoles are kept by loggers that nobody has a list of. Where a report's header does not begin its line, and the line
// after it begins in the same way, that beginning is the logger's:
//
//     rack7 port 12 06:01:02| BUG: kernel NULL pointer dereference, address: 0000000000000018
//     rack7 port 12 06:01:03| #PF: supervisor read access in kernel mode
//
// Words with a digit (clocks, counters, hosts) are alike whatever they are, blanks whatever their number, all else has
// to be the same.
class SharedPrefix {
 public:
  // What stands before the header of a report; replaces what was learned.
  void suppose(std::string_view before_header);
  // The next lines. The first one tells how much of the supposition holds.
  std::string_view strip(std::string_view line);
  void forget() { pattern_.clear(); }
  bool empty() const { return pattern_.empty(); }

 private:
  std::string pattern_;     // empty: nothing is known
  bool confirmed_ = false;  // by a second line
};

}  // namespace inquest::crashtext
