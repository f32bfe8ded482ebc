// Rows of one series out of many pieces, put together.
#pragma once

#include <cstdint>
#include <vector>

#include "store/rows.h"

namespace inquest::store {

// Rows as some piece of the store has them. `order` says when each row came, in a piece where times may repeat and
// descend; without it the times ascend and are distinct.
struct Piece {
  Slice rows;
  std::vector<uint32_t> order;
};

// Rows with ascending, distinct times. The pieces stand in the order of their coming, those with `order` interleaved by
// it: at one time, a field's last value wins, and fields that only earlier rows have stay. Where pieces differ in a
// field's type, the later type holds, and values of the other are left out.
Slice merge(std::vector<Piece> pieces);

// Rows with `from` <= time < `to`, and of these the first (or the last) `limit`; 0 is no limit.
void cut(Slice& rows, Ns from, Ns to);
// Rows from the `begin`th to before the `end`th.
void keep_rows(Slice& rows, size_t begin, size_t end);
void keep_first(Slice& rows, uint64_t limit);
void keep_last(Slice& rows, uint64_t limit);
void reverse(Slice& rows);
// Leaves out rows in which no column has a value. Only for slices that have columns.
void drop_empty(Slice& rows);

}  // namespace inquest::store
