// Any bytes as what lies in a block's frame, and as its times: an error, or as many rows as were asked for.
#include "store/block.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "store/event_codec.h"
#include "store/time_runs.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::store;
  if (size < 2) return 0;
  const std::string plain(data + 1, data + size);
  const uint64_t rows = data[0] + 1U;
  const FieldName numbers[] = {{.name = "f", .type = FieldType::Float},
                               {.name = "i", .type = FieldType::Integer},
                               {.name = "s", .type = FieldType::String}};
  BlockReader reader;
  const auto columns = reader.unpack(compress(plain, 1), rows, [&](uint64_t number) { return &numbers[number % 3]; });
  if (columns) {
    for (const auto& column : *columns) {
      if (column.bits.size() != rows) std::abort();
      for (uint64_t row = 0; row < rows; ++row) {
        const bool there = column.present.empty() || column.present[row];
        if (there && column.type == FieldType::String && column.bits[row] >= column.strings.size()) std::abort();
      }
    }
  }
  if (const auto runs = unpack_runs(plain, rows); runs && times_of(*runs).size() != rows) std::abort();
  (void)unpack_events(plain);
  (void)unpack_fields(plain);
  return 0;
}
