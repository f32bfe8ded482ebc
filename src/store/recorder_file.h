// recorder.db: what belongs to no day: buckets that were created, incidents.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/trusted_clock.h"

namespace inquest::store {

// Any thread may call.
class RecorderFile {
 public:
  // With `read_only` and no file there is nothing in it.
  static Result<std::unique_ptr<RecorderFile>> open(const std::string& path, bool read_only);

  Result<void> create_bucket(std::string_view name);
  Result<std::vector<std::string>> buckets();
  // Of TrustedClock. Nothing while there is none.
  Result<void> keep_clock(const ClockMemory& clock);
  std::optional<ClockMemory> kept_clock();
  // How old the store was when something was last added to a day's file, by the file's name.
  Result<void> keep_added(std::string_view day, Ns age);
  Result<void> forget_added(std::string_view day);
  Result<std::map<std::string, Ns, std::less<>>> added();
  Result<uint64_t> put(const KeptIncident& incident);
  Result<std::vector<KeptIncident>> incidents(std::optional<uint64_t> id);

 private:
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

}  // namespace inquest::store
