// Kernel crash reports for people: what, where, who is to blame, and the trace.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/crash_signatures.h"
#include "crashtext/report.h"

namespace inquest::app {

struct CrashTextOptions {
  size_t width = 80;
  bool coloured = false;
  bool all = false;                // every frame, and the modules
  ForeignSignatures foreign = {};  // of other programs, shown below ours
};

// A block of lines that begins with "#<number> <title>". `number` counts from 1 over all inputs, `before` is how many
// reports of other inputs stand before those of this one. What comes from the input is stripped of terminal controls.
//
//     #1 BUG: unable to handle kernel NULL pointer dereference in acme_submit_io
//        fatal      NULL-POINTER-DEREFERENCE: a NULL pointer, or a field of a structure at NULL, was used
//        where      console.log:424-488
//        ...
std::string crash_text(const crashtext::Report& report, std::string_view path, size_t number, size_t before,
                       const CrashTextOptions& options);

}  // namespace inquest::app
