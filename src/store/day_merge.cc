// Small blocks of a series become large ones, and blocks that overlap become blocks that do not.
#include <algorithm>
#include <utility>

#include "store/day_file.h"
#include "store/time_runs.h"
#include "store/time_spans.h"

namespace inquest::store {
namespace {

// Blocks whose times overlap, directly or over others, which only together are in order.
struct Knot {
  std::vector<BlockEntry> blocks;
  TimeSpan span;
  bool small = false;  // one of them is
};

std::vector<Knot> knots_of(std::vector<BlockEntry> blocks) {
  std::ranges::sort(blocks, {}, &BlockEntry::first);
  std::vector<Knot> out;
  for (BlockEntry& block : blocks) {
    if (out.empty() || block.first > out.back().span.last) {
      out.emplace_back().span = {.first = block.first, .last = block.last};
    }
    Knot& knot = out.back();
    knot.span.last = std::max(knot.span.last, block.last);
    knot.span.rows += block.rows;
    knot.small = knot.small || block.rows < kBlockRows;
    knot.blocks.push_back(std::move(block));
  }
  return out;
}

// Neighbouring knots with small blocks, each a set of blocks to be merged.
std::vector<std::vector<BlockEntry>> sets_to_merge(std::vector<Knot> knots) {
  std::vector<std::vector<BlockEntry>> out;
  for (size_t begin = 0; begin < knots.size();) {
    size_t end = begin;
    std::vector<TimeSpan> spans;
    for (; end < knots.size() && knots[end].small; ++end) spans.push_back(knots[end].span);
    const std::vector<size_t> cuts = far_apart(spans);
    for (size_t i = 0; i < spans.size(); ++i) {
      if (i == 0 || std::ranges::binary_search(cuts, i)) out.emplace_back();
      std::ranges::move(knots[begin + i].blocks, std::back_inserter(out.back()));
    }
    begin = end + 1;
  }
  std::erase_if(out, [](const auto& set) { return set.size() < 2; });
  for (auto& set : out) std::ranges::sort(set, {}, &BlockEntry::id);
  return out;
}

}  // namespace

Result<void> DayWriter::merge_blocks(int64_t series) {
  auto name = database_->prepare("SELECT bucket, measurement FROM series WHERE id = ?1");
  if (!name) return fail(name.error());
  const auto named = name->bind(1, series).step();
  if (!named) return fail(named.error());
  if (!*named) return fail(ErrorCode::Malformed, "blocks of a series that is not there");
  const std::string bucket(name->text(0));
  const std::string measurement(name->text(1));

  std::vector<BlockEntry> blocks;
  {
    auto rows =
        database_->prepare("SELECT id, first, last, rows, dense, times, checksum, cells FROM block WHERE series = ?1");
    if (!rows) return fail(rows.error());
    rows->bind(1, series);
    for (auto row = rows->step(); !row || *row; row = rows->step()) {
      if (!row) return fail(row.error());
      auto entry = read_entry(*rows, series, [](uint64_t) { return true; });
      if (!entry) return fail(entry.error());
      blocks.push_back(std::move(*entry));
    }
  }
  auto drop_entry = database_->prepare("DELETE FROM block WHERE series = ?1 AND last = ?2 AND id = ?3");
  auto drop_data = database_->prepare("DELETE FROM block_data WHERE id = ?1");
  if (!drop_entry) return fail(drop_entry.error());
  if (!drop_data) return fail(drop_data.error());
  for (const auto& set : sets_to_merge(knots_of(std::move(blocks)))) {
    std::vector<Piece> pieces;
    for (const BlockEntry& block : set) {
      auto rows = read_rows(*database_, unpacker_, block, [&](uint64_t number) { return fields_.of(number); });
      if (!rows) return fail(rows.error());
      pieces.push_back({.rows = std::move(*rows), .order = {}});
      added_.rows -= block.rows;
      added_.values -= block.cells;
      if (auto done = drop_entry->bind(1, series).bind(2, block.last).bind(3, block.id).run(); !done) return done;
      if (auto done = drop_data->bind(1, block.id).run(); !done) return done;
    }
    if (auto done = add(series, bucket, measurement, merge(std::move(pieces))); !done) return done;
  }
  return {};
}

}  // namespace inquest::store
