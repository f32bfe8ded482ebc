// Rows of one series as they are kept: times apart, so that gaps are found without reading values, and the columns in
// one zstd frame, each in whichever form is shortest. docs/formats/store.md
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/rows.h"

namespace inquest::store {

// More rows than any block has.
inline constexpr uint64_t kMaxBlockRows = 1 << 16;

// The number that stands for a column's field and type in the file, and back (nullptr: there is none).
using FieldNumber = std::function<uint64_t(const Column&)>;
struct FieldName {
  std::string name;
  FieldType type = FieldType::Float;
};
using FieldOfNumber = std::function<const FieldName*(uint64_t)>;

// Packs columns. Not for two threads at once: it keeps zstd's tables between calls.
class BlockWriter {
 public:
  BlockWriter();
  // Values that are present, for counting.
  struct Packed {
    std::string data;
    uint64_t values = 0;
  };
  Packed pack(const Slice& rows, const FieldNumber& number);

 private:
  std::shared_ptr<void> context_;  // ZSTD_CCtx
  std::string plain_;
};

// Unpacks them. Not for two threads at once.
class BlockReader {
 public:
  BlockReader();
  // Which fields are wanted is decided by `field_of`: what it gives nullptr for is passed over. `rows` is how many
  // times the block has. Malformed where the bytes are damaged; zstd's checksum finds that.
  Result<std::vector<Column>> unpack(std::string_view data, uint64_t rows, const FieldOfNumber& field_of);

 private:
  std::shared_ptr<void> context_;  // ZSTD_DCtx
  std::string plain_;
};

}  // namespace inquest::store
