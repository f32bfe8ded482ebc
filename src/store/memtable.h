// The newest telemetry, in memory: what was acknowledged and stands in no block yet.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "store/cell_arena.h"
#include "store/hash.h"
#include "store/merge.h"
#include "store/period.h"
#include "store/rows.h"

namespace inquest::store {

// The fields of a line, and how it says them. Series of one measurement share them.
struct LineLayout {
  struct Field {
    std::string name;
    FieldType type;
    bool shadowed;  // the same name comes again in this line, and wins
    size_t begin;   // in `tokens`: the name as lines say it, with its '='
    size_t end;
  };
  std::vector<Field> fields;
  std::string tokens;

  // Of a row: its time, how many rows of its series came before it, its values.
  size_t stride() const { return fields.size() + 2; }
  // Rows that are given memory together.
  size_t rows_at_once() const { return fields.size() < 64 ? 8 : 1; }
};

// The rows of one series, in the order in which they came. Lines that say the same fields in the same order form a
// strand.
class SeriesRows {
 public:
  // The rows between two times (from <= time < to), one piece a strand; of all fields, or of those named.
  std::vector<Piece> pieces(Ns from, Ns to, std::span<const std::string> fields = {}) const;
  std::vector<std::pair<std::string, FieldType>> fields() const;
  Ns oldest() const { return oldest_; }
  Ns newest() const { return newest_; }

 private:
  friend class Memtable;
  struct Strand {
    const LineLayout* layout = nullptr;
    std::vector<uint64_t*> runs;  // of layout->rows_at_once() rows
    uint32_t rows = 0;

    const uint64_t* row(size_t at) const {
      const size_t at_once = layout->rows_at_once();
      return runs[at / at_once] + at % at_once * layout->stride();
    }
  };

  std::vector<Strand> strands_;
  std::vector<std::string> strings_;
  uint32_t next_strand_ = 0;  // the one that is expected: lines of a series come in turn
  uint32_t rows_ = 0;
  Ns oldest_ = std::numeric_limits<Ns>::max();
  Ns newest_ = std::numeric_limits<Ns>::min();
};

// Series by their keys. Everything may be called from any thread.
class Memtable {
 public:
  Memtable();
  // Takes lines as Store::write does. Lines that are none are passed over. Gives how many values they had.
  uint64_t apply(std::string_view bucket, std::string_view lines);

  // Calls back for each series of a bucket in the order of keys, under the lock; of one measurement, where it is named.
  void each(std::string_view bucket, const std::string* measurement,
            const std::function<void(const SeriesKey&, const SeriesRows&)>& take) const;
  // Calls back for that series, if it is there.
  void with(std::string_view bucket, const SeriesKey& key, const std::function<void(const SeriesRows&)>& take) const;

  std::vector<std::string> buckets() const;
  std::optional<std::pair<Ns, Ns>> range() const;  // the times of the first and the last row
  std::set<int64_t> days() const;                  // since 1970, of all rows
  size_t bytes() const;                            // of memory, about
  uint64_t series() const;
  bool empty() const { return bytes() == 0; }

 private:
  struct HashText {
    using is_transparent = void;
    uint64_t seed;
    size_t operator()(std::string_view text) const { return hash_bytes(text, seed); }
  };
  // A way in which lines say a series' key.
  struct Head {
    SeriesRows* rows = nullptr;
    std::string_view text{};
    Head* next = nullptr;  // which came behind it last time: senders keep their order
  };
  struct Bucket {
    std::map<SeriesKey, SeriesRows> series;
    std::unordered_map<std::string, Head, HashText, std::equal_to<>> heads;
    Head* last = nullptr;
  };

  SeriesRows& series_of(Bucket& bucket, std::string_view head);
  static void expect(const Head& head);
  Head* plain_head(Bucket& bucket, const char* p, const char* end);
  const char* apply_plain(Bucket& bucket, const char* p, const char* end);
  void apply_odd(Bucket& bucket, std::string_view line);
  bool take_row(SeriesRows& series, SeriesRows::Strand& strand, const char*& p, const char* end);
  uint64_t* new_row(SeriesRows::Strand& strand);
  void add_row(SeriesRows& series, SeriesRows::Strand& strand, uint64_t* row, Ns time);
  const LineLayout* keep_layout(LineLayout layout);
  uint64_t keep_string(SeriesRows& series, std::string_view text);

  mutable std::shared_mutex mutex_;
  const uint64_t seed_;  // that no sender knows
  CellArena cells_;
  std::map<std::string, LineLayout, std::less<>> layouts_;  // by their tokens and types
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::set<int64_t> days_;
  int64_t last_day_ = std::numeric_limits<int64_t>::min();
  size_t bytes_ = 0;  // without the cells
  uint64_t series_ = 0;
  uint64_t values_taken_ = 0;
};

}  // namespace inquest::store
