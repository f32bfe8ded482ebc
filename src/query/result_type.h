// What a function gives, as far as its text tells.
#pragma once

#include <string_view>

#include "query/function.h"

namespace inquest::query {

// "bool" of `() => 1 == 2`: the type that the expression of a function literal has whatever its arguments are; "..."
// where that depends on them, or on what another function gives.
std::string_view result_type(const Function& function);

}  // namespace inquest::query
