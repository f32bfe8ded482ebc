// Names of Rust functions, readable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inquest::crashtext {

// The path behind a mangled name ("v0", which kernels use), without crates' hashes, which change with every compiler,
// and without lifetimes:
//
//     _RNvNtCs9jEwPDbx20M_4core9panicking9panic_fmt  ->  core::panicking::panic_fmt
//
// Nothing for any other name, a damaged one, and one that is not ASCII. Long names end in "...". Source: RFC 2603 and
// "Symbol Mangling" of The rustc book.
std::optional<std::string> demangle_rust(std::string_view name);

}  // namespace inquest::crashtext
