// Reads telemetry out of all places in which it is: blocks of every day, and the tables in memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/recent.h"
#include "store/store.h"
#include "store/store_folder.h"

namespace inquest::store {

class TagFilter;

// For one question. What it answers is what was there when it was made.
class Selector {
 public:
  // Malformed where a pattern is none.
  static Result<Selector> make(StoreFolder& folder, const Recent& recent, const Selection& selection);

  Result<void> select(const std::function<bool(Slice&&)>& take);
  Result<void> series(const std::function<bool(const SeriesKey&)>& take);
  Result<std::set<std::string>> tag_keys();
  Result<std::vector<std::pair<std::string, FieldType>>> fields();

 private:
  struct Source {
    std::shared_ptr<Day> day;
    std::shared_ptr<DayReader> reader;
  };
  // A series, and where it is: files by their index, with its number there.
  struct Found {
    SeriesKey key;
    std::vector<std::pair<size_t, int64_t>> places;
    bool in_memory = false;
  };
  // A stretch of time with the files that overlap it, and no others; between two there is only memory.
  struct Stretch {
    Ns from = 0;
    Ns to = 0;
    std::vector<size_t> sources;
  };

  Selector(StoreFolder& folder, const Recent& recent, const Selection& selection)
      : folder_(&folder), recent_(&recent), selection_(selection) {}
  Result<std::vector<Found>> find();
  std::vector<Stretch> stretches() const;
  Result<bool> select_stretch(const Found& found, const Stretch& stretch, uint64_t& left,
                              const std::function<bool(Slice&&)>& take);
  // The times of the stretch's rows; nothing where values would have to be read to know them.
  Result<std::optional<std::vector<TimeRun>>> runs_in(const Found& found, const Stretch& stretch);
  Result<bool> select_runs(const Found& found, const Stretch& stretch, const std::function<bool(Slice&&)>& take,
                           bool& done);
  Result<bool> select_gap(const Found& found, const std::vector<Stretch>& stretches,
                          const std::function<bool(Slice&&)>& take, bool& done);
  // The keys of series in memory that match and have rows in the selection's time; a key of several tables comes again.
  template <class Take>
  void each_in_memory(Take&& take) const;
  // Where a file is damaged, it is set aside, and what it held is not there any more.
  template <class Work>
  Result<void> read(size_t source, Work&& work);

  StoreFolder* folder_;
  const Recent* recent_;
  Selection selection_;
  std::shared_ptr<TagFilter> filter_;
  std::vector<std::shared_ptr<Generation>> tables_;
  std::vector<Source> sources_;
};

}  // namespace inquest::store
