// recorder.db: what belongs to no day: buckets that were created, incidents.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace inquest::store {

// Any thread may call.
class RecorderFile {
 public:
  // With `read_only` and no file there is nothing in it.
  static Result<std::unique_ptr<RecorderFile>> open(const std::string& path, bool read_only);

  Result<void> create_bucket(std::string_view name);
  Result<std::vector<std::string>> buckets();
  // The time (UTC) that was last believed: TrustedClock. Nothing while there is none.
  Result<void> keep_time(Ns time);
  std::optional<Ns> kept_time();
  Result<uint64_t> put(const KeptIncident& incident);
  Result<std::vector<KeptIncident>> incidents(std::optional<uint64_t> id);

 private:
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

}  // namespace inquest::store
