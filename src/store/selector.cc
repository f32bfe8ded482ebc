#include "store/selector.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "store/line_protocol.h"
#include "store/merge.h"
#include "store/tag_filter.h"
#include "store/time_runs.h"

namespace inquest::store {
namespace {

constexpr Ns kMin = std::numeric_limits<Ns>::min();
constexpr Ns kMax = std::numeric_limits<Ns>::max();

void reverse(std::vector<TimeRun>& runs) {
  std::ranges::reverse(runs);
  for (TimeRun& run : runs) run = {.first = run.last(), .step = -run.step, .count = run.count};
}

// The part of a run that lies in [from, to).
TimeRun cut_run(TimeRun run, Ns from, Ns to) {
  if (run.count == 0 || run.first >= to || run.last() < from) return {};
  if (run.step == 0) return run;
  const auto step = static_cast<uint64_t>(run.step);
  if (run.first < from) {
    const uint64_t skipped = (static_cast<uint64_t>(from) - static_cast<uint64_t>(run.first) + step - 1) / step;
    run.first += static_cast<Ns>(skipped) * run.step;
    run.count -= skipped;
  }
  if (run.count > 0 && run.last() >= to) {
    run.count = (static_cast<uint64_t>(to) - static_cast<uint64_t>(run.first) + step - 1) / step;
  }
  if (run.count <= 1) run.step = 0;
  return run;
}

// A head in which nothing is escaped, without the values of its tags.
void shape_of(std::string_view head, std::string& out) {
  out.clear();
  bool value = false;
  for (const char c : head) {
    if (c == ',') value = false;
    if (!value) out += c;
    if (c == '=') value = true;
  }
}

struct LongestGap {
  Ns from = 0;  // the row before it
  Ns to = 0;    // the row behind it
  int64_t units = 0;
};

// As Flux's elapsed() counts them.
void keep_longer(std::optional<LongestGap>& longest, Ns from, Ns to, Ns unit) {
  const double gap = static_cast<double>(to) - static_cast<double>(from);
  const auto units = static_cast<int64_t>(gap / static_cast<double>(unit));
  if (!longest || units > longest->units) longest = {.from = from, .to = to, .units = units};
}

}  // namespace

Result<Selector> Selector::make(StoreFolder& folder, const Recent& recent, const Selection& selection) {
  Selector out(folder, recent, selection);
  auto filter = TagFilter::compile(selection);
  if (!filter) return fail(filter.error());
  out.filter_ = std::move(*filter);
  if (selection.from >= selection.to) return out;
  // Memory first: what becomes blocks meanwhile is then seen twice, never not at all.
  out.tables_ = recent.all();
  for (auto& day : folder.days(selection.from, selection.to)) {
    auto reader = folder.reader(*day);
    if (!reader && reader.error().code == ErrorCode::Malformed) {
      folder.set_aside(*day);
    } else if (!reader && reader.error().code != ErrorCode::NotFound) {
      return fail(reader.error());
    }
    if (reader) out.sources_.push_back({.day = std::move(day), .reader = std::move(*reader)});
  }
  return out;
}

template <class Work>
Result<void> Selector::read(size_t source, Work&& work) {
  const Source& from = sources_[source];
  const std::lock_guard lock(*from.reader->mutex);
  Result<void> done = work(*from.reader);
  if (done || done.error().code != ErrorCode::Malformed) return done;
  folder_->set_aside(*from.day);
  return {};
}

template <class Take>
void Selector::each_in_memory(Take&& take) const {
  const std::string* measurement = selection_.measurement ? &*selection_.measurement : nullptr;
  for (const auto& table : tables_) {
    table->table.each(selection_.bucket, measurement, [&](const SeriesKey& key, const SeriesRows& rows) {
      if (rows.newest() < selection_.from || rows.oldest() >= selection_.to || !filter_->matches(key)) return;
      take(key);
    });
  }
}

Result<std::vector<Selector::Found>> Selector::find() {
  std::map<SeriesKey, Found> found;
  for (size_t i = 0; i < sources_.size(); ++i) {
    auto done = read(i, [&](DayReader& reader) {
      return reader.series(selection_.bucket, selection_.measurement, [&](int64_t id, std::string_view head) {
        if (!filter_->may_match(head)) return;
        SeriesKey key = parse_series(head);
        if (!filter_->matches(key)) return;
        found[std::move(key)].places.emplace_back(i, id);
      });
    });
    if (!done) return fail(done.error());
  }
  each_in_memory([&](const SeriesKey& key) { found[key].in_memory = true; });
  std::vector<Found> out;
  for (auto& [key, one] : found) {
    one.key = key;
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Selector::Stretch> Selector::stretches() const {
  std::vector<Stretch> out;
  Ns at = selection_.from;
  for (size_t i = 0; i < sources_.size(); ++i) {  // in the order in which they begin
    const Ns from = std::max(sources_[i].day->period.from, selection_.from);
    const Ns to = std::min(sources_[i].day->period.to, selection_.to);
    if (!out.empty() && !out.back().sources.empty() && from < out.back().to) {
      out.back().to = std::max(out.back().to, to);
      out.back().sources.push_back(i);
    } else {
      if (from > at) out.push_back({.from = at, .to = from, .sources = {}});
      out.push_back({.from = from, .to = to, .sources = {i}});
    }
    at = out.back().to;
  }
  if (at < selection_.to) out.push_back({.from = at, .to = selection_.to, .sources = {}});
  if (selection_.newest_first) std::ranges::reverse(out);
  return out;
}

// Times of blocks that do not overlap, without a look at their values.
Result<std::optional<std::vector<TimeRun>>> Selector::runs_in(const Found& found, const Stretch& stretch) {
  std::vector<BlockEntry> blocks;
  bool sure = true;
  for (const auto& [source, id] : found.places) {
    if (std::ranges::find(stretch.sources, source) == stretch.sources.end()) continue;
    auto good = read(source, [&, number = id](DayReader& reader) {
      return reader.blocks(number, stretch.from, stretch.to, selection_.fields,
                           [&](BlockEntry&& entry) -> Result<bool> {
                             sure = sure && entry.dense;
                             blocks.push_back(std::move(entry));
                             return sure;
                           });
    });
    if (!good) return fail(good.error());
  }
  if (!sure) return std::nullopt;
  if (found.in_memory) {
    for (const auto& table : tables_) {
      table->table.with(selection_.bucket, found.key, [&](const SeriesRows& rows) {
        for (const Piece& piece : rows.pieces(stretch.from, stretch.to, selection_.fields)) {
          if (!std::ranges::is_sorted(piece.rows.times)) sure = false;
          BlockEntry& entry = blocks.emplace_back();
          entry.runs = runs_of(piece.rows.times);
          entry.first = piece.rows.times.front();
          entry.last = piece.rows.times.back();
        }
      });
    }
  }
  std::ranges::sort(blocks, {}, &BlockEntry::first);
  for (size_t i = 1; i < blocks.size(); ++i) sure = sure && blocks[i - 1].last < blocks[i].first;
  if (!sure) return std::nullopt;

  std::vector<TimeRun> runs;
  for (const BlockEntry& block : blocks) {
    for (const TimeRun& run : block.runs) append_run(runs, cut_run(run, stretch.from, stretch.to));
  }
  return runs;
}

Result<bool> Selector::select_runs(const Found& found, const Stretch& stretch, const std::function<bool(Slice&&)>& take,
                                   bool& done) {
  auto known = runs_in(found, stretch);
  if (!known) return fail(known.error());
  if (!*known) return true;
  done = true;
  std::vector<TimeRun> runs = std::move(**known);
  if (runs.empty()) return true;
  Slice out;
  out.key = &found.key;
  if (selection_.as_runs) {
    if (selection_.newest_first) reverse(runs);
    out.runs = std::move(runs);
  } else {
    out.times = times_of(runs);
    if (selection_.newest_first) std::ranges::reverse(out.times);
  }
  return take(std::move(out));
}

Result<bool> Selector::select_gap(const Found& found, const std::vector<Stretch>& stretches,
                                  const std::function<bool(Slice&&)>& take, bool& done) {
  std::optional<LongestGap> longest;
  std::optional<Ns> last;
  for (const Stretch& stretch : stretches) {
    const auto runs = runs_in(found, stretch);
    if (!runs) return fail(runs.error());
    if (!*runs) return true;
    for (const TimeRun& run : **runs) {
      if (last) keep_longer(longest, *last, run.first, selection_.gap_unit);
      if (run.count > 1) keep_longer(longest, run.first, run.first + run.step, selection_.gap_unit);
      last = run.last();
    }
  }
  if (!longest) return true;
  done = true;
  uint64_t all = 0;
  for (const Stretch& stretch : stretches) {
    const Stretch part = {.from = std::max(stretch.from, longest->from),
                          .to = longest->to < stretch.to ? longest->to + 1 : stretch.to,
                          .sources = stretch.sources};
    if (part.from >= part.to) continue;
    const auto more = select_stretch(found, part, all, take);
    if (!more || !*more) return more;
  }
  return true;
}

Result<bool> Selector::select_stretch(const Found& found, const Stretch& stretch, uint64_t& left,
                                      const std::function<bool(Slice&&)>& take) {
  if (selection_.times_only && selection_.rows_per_series == 0) {
    bool done = false;
    const auto more = select_runs(found, stretch, take, done);
    if (!more || done) return more;
  }

  // Rows of memory, which are the latest that came; their order of coming goes on from table to table.
  std::vector<Piece> memory;
  uint32_t before = 0;
  if (found.in_memory) {
    for (const auto& table : tables_) {
      table->table.with(selection_.bucket, found.key, [&](const SeriesRows& rows) {
        uint32_t last = before;
        for (Piece& piece : rows.pieces(stretch.from, stretch.to, selection_.fields)) {
          for (uint32_t& order : piece.order) order += before;
          last = std::max(last, piece.order.back() + 1);
          memory.push_back(std::move(piece));
        }
        before = last;
      });
    }
  }

  std::vector<std::pair<BlockEntry, Piece>> blocks;
  const auto joined = [&](std::vector<std::pair<BlockEntry, Piece>> sorted) {
    std::ranges::sort(sorted, {}, [](const auto& block) { return block.first.id; });
    std::vector<Piece> pieces;
    for (auto& [entry, piece] : sorted) pieces.push_back(std::move(piece));
    pieces.insert(pieces.end(), memory.begin(), memory.end());
    Slice rows = merge(std::move(pieces));
    cut(rows, stretch.from, stretch.to);
    if (!rows.columns.empty()) drop_empty(rows);
    return rows;
  };
  // With the newest asked for, blocks are read from the end until no earlier one can have any of them.
  const bool from_end = selection_.newest_first && left > 0;
  std::optional<Slice> rows;
  uint64_t read_rows = 0;
  for (const Piece& piece : memory) read_rows += piece.rows.times.size();
  for (const auto& [source, id] : found.places) {
    if (std::ranges::find(stretch.sources, source) == stretch.sources.end()) continue;
    auto good = read(source, [&, number = id](DayReader& reader) {
      return reader.blocks(
          number, stretch.from, stretch.to, selection_.fields, [&](BlockEntry&& entry) -> Result<bool> {
            if (from_end && read_rows >= left) {
              rows = joined(blocks);
              read_rows = rows->times.size();  // without what is there twice, or has none of the fields
              if (read_rows >= left && rows->times[rows->times.size() - left] > entry.last) return false;
            }
            auto unpacked = reader.rows(entry, selection_.fields);
            if (!unpacked) return fail(unpacked.error());
            if (unpacked->columns.empty()) return true;  // none of the fields
            read_rows += unpacked->times.size();
            blocks.emplace_back(std::move(entry), Piece{.rows = std::move(*unpacked), .order = {}});
            return true;
          });
    });
    if (!good) return fail(good.error());
  }
  Slice out = joined(std::move(blocks));
  if (selection_.newest_first) {
    keep_last(out, left);
    reverse(out);
  } else {
    keep_first(out, left);
  }
  if (out.times.empty()) return true;
  if (left > 0) left -= out.times.size();
  out.key = &found.key;
  if (selection_.times_only) {
    out.columns.clear();
    if (selection_.as_runs) {
      for (const Ns time : out.times) append_run(out.runs, {.first = time, .step = 0, .count = 1});
      out.times.clear();
    }
  }
  return take(std::move(out));
}

Result<void> Selector::select(const std::function<bool(Slice&&)>& take) {
  auto all = find();
  if (!all) return fail(all.error());
  const std::vector<Stretch> stretches = this->stretches();
  for (const Found& found : *all) {
    if (selection_.gap_unit > 0) {
      bool done = false;
      const auto more = select_gap(found, stretches, take, done);
      if (!more) return fail(more.error());
      if (!*more) return {};
      if (done) continue;
    }
    uint64_t left = selection_.rows_per_series;
    for (const Stretch& stretch : stretches) {
      const auto more = select_stretch(found, stretch, left, take);
      if (!more) return fail(more.error());
      if (!*more) return {};
      if (selection_.rows_per_series > 0 && left == 0) break;
    }
  }
  return {};
}

Result<void> Selector::series(const std::function<bool(const SeriesKey&)>& take) {
  auto all = find();
  if (!all) return fail(all.error());
  for (const Found& found : *all) {
    if (!take(found.key)) break;
  }
  return {};
}

Result<std::set<std::string>> Selector::tag_keys() {
  std::set<std::string> out;
  const auto add = [&](const SeriesKey& key) {
    for (const auto& [name, value] : key.tags) out.insert(name);
  };
  // Series of a measurement mostly have the same tags: what differs only in their values is not taken apart again.
  std::set<std::string, std::less<>> shapes;
  std::string shape;
  for (size_t i = 0; i < sources_.size(); ++i) {
    auto done = read(i, [&](DayReader& reader) {
      return reader.series(selection_.bucket, selection_.measurement, [&](int64_t, std::string_view head) {
        if (!filter_->may_match(head)) return;
        if (filter_->takes_all() && head.find('\\') == std::string_view::npos) {
          shape_of(head, shape);
          if (!shapes.insert(shape).second) return;
        }
        if (const SeriesKey key = parse_series(head); filter_->matches(key)) add(key);
      });
    });
    if (!done) return fail(done.error());
  }
  each_in_memory(add);
  return out;
}

Result<std::vector<std::pair<std::string, FieldType>>> Selector::fields() {
  // Measurements of the series that match; their fields are known by measurement.
  std::set<std::string> measurements;
  if (selection_.measurement && filter_->takes_all()) {
    measurements.insert(*selection_.measurement);
  } else {
    const auto all = find();
    if (!all) return fail(all.error());
    for (const Found& found : *all) measurements.insert(found.key.measurement);
  }
  std::map<std::string, FieldType> out;
  for (size_t i = 0; i < sources_.size(); ++i) {
    auto done = read(i, [&](DayReader& reader) -> Result<void> {
      auto rows = reader.fields(selection_.bucket);
      if (!rows) return fail(rows.error());
      for (const auto& [bucket, measurement, field] : *rows) {
        if (measurements.contains(measurement)) out.insert_or_assign(field.name, field.type);
      }
      return {};
    });
    if (!done) return fail(done.error());
  }
  for (const auto& table : tables_) {
    const std::string* measurement = selection_.measurement ? &*selection_.measurement : nullptr;
    table->table.each(selection_.bucket, measurement, [&](const SeriesKey& key, const SeriesRows& rows) {
      if (!filter_->matches(key)) return;
      for (const auto& [name, type] : rows.fields()) out.insert_or_assign(name, type);
    });
  }
  std::vector<std::pair<std::string, FieldType>> sorted(out.begin(), out.end());
  std::erase_if(sorted, [&](const auto& field) {
    return !selection_.fields.empty() && std::ranges::find(selection_.fields, field.first) == selection_.fields.end();
  });
  return sorted;
}

}  // namespace inquest::store
