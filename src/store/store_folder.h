// The store's folder: who may write to it, which files are there, and those that had to be set aside.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/day_file.h"
#include "store/period.h"

namespace inquest::store {

// One file of a day. Readers share a connection; the compactor alone has the one that writes.
struct Day {
  Period period;
  std::string path;

  std::atomic<bool> gone = false;   // removed or set aside: what stands under the path now is another day's file
  std::atomic<bool> grown = false;  // something was added to it, of which retention does not know yet
  std::atomic<uint64_t> used = 0;   // when the reader was asked for, in calls; 0 while there is none

  std::mutex mutex;  // of what follows; taken behind the folder's
  std::shared_ptr<DayReader> reader;
};

class StoreFolder {
 public:
  // Makes the folder where it is missing. Denied, in words for a person, where another recorder holds it; `read_only`
  // neither makes nor holds anything. `log`, which may be empty, is told of what is set aside; from any thread.
  static Result<std::unique_ptr<StoreFolder>> open(std::string path, bool read_only,
                                                   std::function<void(std::string_view)> log);
  ~StoreFolder();
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Those that may have samples or events from `from` to before `to`, in the order of their periods.
  std::vector<std::shared_ptr<Day>> days(Ns from, Ns to) const;
  // The file of a period, which need not exist yet. Where there is one of the day, samples of that day go there,
  // whatever period was asked for.
  std::shared_ptr<Day> day(const Period& period);
  Result<std::shared_ptr<DayReader>> reader(Day& day);
  void remove(Day& day);
  // Renames a damaged file, so that a new one can stand in its place. Gives the new name.
  std::string set_aside(Day& day);
  std::string set_aside(const std::string& path);
  std::vector<std::string> all_set_aside() const;

  std::vector<uint64_t> heads() const;  // their numbers, ascending
  std::string head_path(uint64_t number) const;
  static void remove_database(const std::string& path);
  uint64_t bytes() const;

 private:
  StoreFolder(std::string path, int lock, std::function<void(std::string_view)> log)
      : path_(std::move(path)), lock_(lock), log_(std::move(log)) {}
  void list();
  // With the mutex held.
  bool take_out(Day& day);
  std::string rename_damaged(const std::string& path);
  void tell_set_aside(const std::string& from, const std::string& to) const;

  const std::string path_;
  const int lock_;
  const std::function<void(std::string_view)> log_;
  std::atomic<uint64_t> calls_ = 0;
  mutable std::mutex mutex_;  // of what follows, and of the files' names
  std::vector<std::shared_ptr<Day>> days_;
  std::vector<std::string> set_aside_;
};

}  // namespace inquest::store
