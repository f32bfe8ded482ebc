// What the functions on a stack were called with, as far as debug information can tell afterwards.
#pragma once

#include <vector>

#include "vmcore/debug_info.h"
#include "vmcore/kernel.h"
#include "vmcore/unwind.h"

namespace inquest::vmcore {

// For each frame of the stack, for each of its functions (innermost first, as Kernel::source_frames() has them), its
// arguments in the order of the source. Empty for frames without debug information.
//
// Registers are followed up the stack by the files' call frame information as far as that agrees with where ORC found
// the frames; what a function did not keep is looked for in what its caller says that it passed. What neither tells was
// optimised out. x86-64 only.
std::vector<std::vector<std::vector<Argument>>> arguments_of(Kernel& kernel, const Stack& stack);

}  // namespace inquest::vmcore
