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
#include "store/hash.h"
#include "store/merge.h"
#include "store/period.h"
#include "store/rows.h"

namespace inquest::store {

// The rows of one series, in the order in which they came. Lines that say the same fields in the same order form a
// strand, in which a row is its time and its values.
class SeriesRows {
 public:
  // The rows between two times (from <= time < to), one piece a strand; of all fields, or of those named.
  std::vector<Piece> pieces(Ns from, Ns to, std::span<const std::string> fields = {}) const;
  std::vector<std::pair<std::string, FieldType>> fields() const;
  Ns oldest() const { return oldest_; }
  Ns newest() const { return newest_; }

 private:
  friend class Memtable;
  struct Field {
    std::string name;
    std::string token;  // the name as lines say it, with its '='
    FieldType type;
    bool shadowed;  // the same name comes again in this line, and wins
  };
  struct Strand {
    std::vector<Field> fields;
    std::vector<uint64_t> cells;
    std::vector<uint32_t> order;
  };

  std::vector<Strand> strands_;
  std::vector<std::string> strings_;
  size_t next_strand_ = 0;  // the one that is expected: lines of a series come in turn
  uint32_t rows_ = 0;
  Ns oldest_ = std::numeric_limits<Ns>::max();
  Ns newest_ = std::numeric_limits<Ns>::min();
};

// Series by their keys. Everything may be called from any thread.
class Memtable {
 public:
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
    size_t operator()(std::string_view text) const { return hash_bytes(text, 0x5eed); }
  };
  struct Bucket {
    std::map<SeriesKey, SeriesRows> series;
    std::unordered_map<std::string, SeriesRows*, HashText, std::equal_to<>> heads;
  };

  SeriesRows& series_of(Bucket& bucket, std::string_view head);
  const char* apply_plain(Bucket& bucket, const char* p, const char* end);
  void apply_odd(Bucket& bucket, std::string_view line);
  bool take_row(SeriesRows& series, SeriesRows::Strand& strand, const char*& p, const char* end);
  void add_row(SeriesRows& series, SeriesRows::Strand& strand, Ns time);
  uint64_t keep_string(SeriesRows& series, std::string text);

  mutable std::shared_mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::set<int64_t> days_;
  int64_t last_day_ = std::numeric_limits<int64_t>::min();
  std::vector<uint64_t> values_;  // of the row that is being read
  size_t bytes_ = 0;
  uint64_t series_ = 0;
  uint64_t values_taken_ = 0;
};

}  // namespace inquest::store
