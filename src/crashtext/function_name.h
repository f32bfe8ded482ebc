// Names of functions, made comparable over kernels and compilers.
#pragma once

#include <string>
#include <string_view>

namespace inquest::crashtext {

// Without what compilers add to an outlined, cloned or specialised part: "foo.isra.0.cold", "foo.constprop.3",
// "foo.part.12", "foo.llvm.1234", "foo.cfi_jt" are all "foo".
std::string_view without_suffix(std::string_view function);

// The name that is the same in every kernel: without the suffix, and a system call's entry without its architecture:
// "__x64_sys_read", "__arm64_sys_read", "SyS_read", "SYSC_read", "__se_sys_read", "__do_sys_read" are all "sys_read".
// A mangled name of Rust is its path: "_RNvNtCs9jEwPDbx20M_4core9panicking9panic_fmt" is "core::panicking::panic_fmt".
std::string canonical_function(std::string_view function);

// Part of how a crash is found, reported and waited for, and so never its cause: printing and panicking, exception
// entry, sanitisers, watchdogs, locks, the scheduler, and the small helpers (memcpy, list_del, kfree) through which a
// caller's mistake shows. Takes a canonical name.
bool is_machinery(std::string_view function);

}  // namespace inquest::crashtext
