// Values of the dead kernel's variables as people and programs read them.
#pragma once

#include <string>

#include "vmcore/expression.h"

namespace inquest::app {

struct ValueStyle {
  bool hex = false;         // integers, which are decimal otherwise
  size_t elements = 200;    // of an array, before "..."
  size_t text = 4U << 20U;  // bytes of one value; what is beyond is left out
};

// "0", "true", "TASK_RUNNING", "\"swapper/0\"", "(struct mm_struct *)0xffffffff8248f2c0 <init_mm>"; a struct over
// several lines, each member on its own. What cannot be read says so, with its address, where it stands.
std::string value_text(vmcore::Kernel& kernel, const vmcore::Value& value, const ValueStyle& style);
// The same as JSON: numbers, strings (pointers in hexadecimal too), arrays, objects; null where it cannot be read.
std::string value_json(vmcore::Kernel& kernel, const vmcore::Value& value, const ValueStyle& style);

}  // namespace inquest::app
