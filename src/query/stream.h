// A stream of tables that is computed when somebody wants it: what `|>` hands on.
#pragma once

#include <vector>

#include "base/error.h"
#include "query/shared.h"

namespace inquest::query {

class Context;
struct Table;  // table.h
using Tables = std::vector<Table>;

// Belongs to one query. Computed at most once where more than one consumer wants it.
class Stream : public Shared {
 public:
  // Errors are those of the transformations behind it, with the line and column of the one that failed.
  virtual Result<Tables> tables(Context& context) const = 0;
};

}  // namespace inquest::query
