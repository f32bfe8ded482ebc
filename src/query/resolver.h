// Finds what each name of a program means, before it runs.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "query/interpreter.h"
#include "query/library.h"
#include "query/syntax.h"

namespace inquest::query {

// A name that means nothing here: a function that is not supported, or a mistake.
struct Unknown {
  Location at;
  std::string name;  // "foo", "strings.foo"
};

// Writes into the program where each name lies; its variables become members of the package `file`. Gives every name
// that is unknown, in the order of the text. Fails for packages that cannot be loaded and for names that are defined
// twice.
Result<std::vector<Unknown>> resolve(Program& program, uint32_t file, Interpreter& interpreter);

// "3:5: `strings.foo` is not supported", of the first.
Error error_of(const std::vector<Unknown>& unknown);

}  // namespace inquest::query
