// A head: the file that batches are appended to, as they came, before they are acknowledged. When its samples stand in
// blocks and its events in tables, it goes. docs/formats/store.md has its tables.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/sqlite.h"

namespace inquest::store {

struct Batch {
  enum class Kind : uint8_t { Lines = 0, Events = 1 };
  uint64_t sequence = 0;  // grows over all heads
  Kind kind = Kind::Lines;
  std::string bucket;  // of lines
  std::string data;    // lines, or pack_events()
};

// No batch is longer than this when it is read again.
inline constexpr uint64_t kMaxBatch = uint64_t{256} << 20;

class HeadFile {
 public:
  static Result<HeadFile> create(const std::string& path);
  // NotFound where there is none, or one that was never finished and has no batches.
  static Result<HeadFile> open(const std::string& path, bool read_only);

  // All in one transaction, on stable storage when it returns. The data are compressed here.
  Result<void> append(const std::vector<Batch>& batches);
  // Batches of a kind behind `after`, in their order, until `take` gives false.
  Result<void> read(Batch::Kind kind, uint64_t after, const std::function<bool(Batch&&)>& take);
  Result<uint64_t> last_sequence();

 private:
  std::unique_ptr<Database> database_;
};

}  // namespace inquest::store
