// A crash report as the model keeps it.
#pragma once

#include "crashtext/report.h"
#include "model/crash.h"

namespace inquest::decode {

// All of it but which events it consists of, and which other report led to it: those are the caller's to know.
model::Crash crash_of(crashtext::Report&& report);

}  // namespace inquest::decode
