// From the collected lines to the report.
#pragma once

#include <optional>

#include "crashtext/excerpt.h"
#include "crashtext/report.h"

namespace inquest::crashtext {

// Titles, classes and takes apart what was collected; nothing where it is no report after all. Whether it is a root is
// not known here.
std::optional<Report> build_report(const Excerpt& excerpt);

}  // namespace inquest::crashtext
