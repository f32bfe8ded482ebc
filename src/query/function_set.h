// A family of functions: what one file in query/functions/ adds to the language.
#pragma once

#include <span>
#include <string_view>

#include "query/function.h"

namespace inquest::query {

// Functions and constants that are written in Flux itself, in terms of others. The text is a whole file without the
// package clause: imports first, then assignments, each of which becomes a member of the package.
struct Prelude {
  std::string_view package;  // as it is imported; empty for what needs no import
  std::string_view text;
};

struct FunctionSet {
  std::span<const Builtin> builtins = {};
  std::span<const Prelude> preludes = {};
};

// All families, sorted by file name: a table generated from the files in query/functions/, each of which defines
// `extern const FunctionSet NAME_function_set` in inquest::query.
std::span<const FunctionSet* const> function_sets();

}  // namespace inquest::query
