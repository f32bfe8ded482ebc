// The types of global variables that people ask for. A kernel's BTF has per-CPU variables only.
#pragma once

#include <optional>
#include <string_view>

namespace inquest::vmcore {

// The type of the variable, as find_c_type() reads it ("struct task_struct", "char *"), if this table has it. Only
// variables whose type never changed, or of which each kernel knows its own struct by that name, are in it.
std::optional<std::string_view> known_global_type(std::string_view name);

}  // namespace inquest::vmcore
