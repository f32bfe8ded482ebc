// Which cells of one level a region touches.
#pragma once

#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/region.h"

namespace inquest::query {

// Whether region and cell have a point in common. False for points and lines, which are no regions.
bool intersects(const Geometry& region, S2Cell cell);

// All cells of that level that intersect the region, ascending; Limit beyond 100,000 of them.
Result<std::vector<S2Cell>> covering(Context& context, const Geometry& region, int level);

}  // namespace inquest::query
