// How wide the columns of a table become where it has to fit a given width.
#pragma once

#include <cstddef>
#include <vector>

#include "report/document.h"

namespace inquest::report {

inline constexpr size_t kColumnGap = 2;

// One width for each column, in order. Columns get what they need while there is room. Where there is not,
// the flexible ones share what the others leave, and where even that is too little, all share alike; none is
// narrower than 1.
std::vector<size_t> column_widths(const Table& table, size_t width);

}  // namespace inquest::report
