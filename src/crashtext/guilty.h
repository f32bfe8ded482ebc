// Which function a report is named after, by the steps of its pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crashtext/pattern_set.h"

namespace inquest::crashtext {

struct GuiltyFrame {
  std::string function;  // without a syscall's prefix; "corrupted" where none was found
  std::string raw;       // as printed

  friend bool operator==(const GuiltyFrame&, const GuiltyFrame&) = default;
};

struct GuiltyFrames {
  std::vector<GuiltyFrame> frames;  // one for each trace that the pattern looks at
  bool complete = true;             // each of them was found
};

// `text` is the report from its title on, without prefixes. After syzkaller's extractStackFrame (pkg/report/report.go,
// Apache-2.0): the names of bugs are shared with a world of trackers, so the rules are theirs to the letter.
GuiltyFrames find_guilty(const ReadyPattern& pattern, std::string_view text);

// The line begins a stack trace, as the check for complete reports understands it.
bool starts_trace(std::string_view line);
// The line is a frame of one.
bool is_frame(std::string_view line);
// The function of such a line; empty where it is none. Of an ARM line, `caller` is the second one.
std::string_view frame_function(std::string_view line, std::string_view* caller = nullptr);

}  // namespace inquest::crashtext
