// Kernel crash reports as JSON: the contract of `inquest crash --format json`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/crash_signatures.h"
#include "crashtext/report.h"

namespace inquest::app {

// One element of `reports`, as one line. `before` is how many reports of other inputs stand before those of this one:
// what is counted in one input is then counted in all. `foreign`: the signatures of other programs to add.
std::string crash_json(const crashtext::Report& report, std::string_view path, size_t before,
                       const ForeignSignatures& foreign);

}  // namespace inquest::app
