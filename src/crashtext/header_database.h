// The words that crash reports begin with, as one automaton of vectorscan.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::crashtext {

struct HeaderWord {
  std::string_view text;
  uint32_t family;  // as in Hit (header_scanner.h)
};

// Its place in the list is the word's id in the automaton.
std::vector<HeaderWord> header_words();

// The automaton, serialised, for every CPU of the architecture.
Result<std::string> compile_headers();

// What compile_headers() gave when the program was built.
std::string_view builtin_headers();

}  // namespace inquest::crashtext
