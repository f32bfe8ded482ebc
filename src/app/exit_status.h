// How inquest ends: a contract with scripts.
#pragma once

#include <array>
#include <string_view>

namespace inquest::app {

enum class ExitStatus : int {
  Done = 0,
  No = 1,               // the answer to the question is "no"
  Usage = 2,            // the command line cannot be understood
  NothingReadable = 3,  // no piece of evidence could be read
  Failed = 4,           // the operating system or the program failed
};

struct ExitMeaning {
  ExitStatus status;
  std::string_view text;
};

inline constexpr std::array kExitMeanings = {
    ExitMeaning{ExitStatus::Done, "done"},
    ExitMeaning{ExitStatus::No, "the answer is \"no\""},
    ExitMeaning{ExitStatus::Usage, "the command line was not understood"},
    ExitMeaning{ExitStatus::NothingReadable, "nothing in the evidence could be read"},
    ExitMeaning{ExitStatus::Failed, "an I/O or internal error"},
};

}  // namespace inquest::app
