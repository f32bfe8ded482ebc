// Events as bytes, for the batches that are written before they are acknowledged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace inquest::store {

std::string pack_events(const std::vector<Event>& events);
Result<std::vector<Event>> unpack_events(std::string_view bytes);

using EventFields = std::vector<std::pair<std::string, std::string>>;
// Fields alone, for a column: names and values in turn, each behind its length.
std::string pack_fields(const EventFields& fields);
Result<EventFields> unpack_fields(std::string_view bytes);

// zstd frames with a checksum; `level` as zstd's. Malformed where a frame is damaged, or says more than `limit` bytes.
std::string compress(std::string_view plain, int level);
Result<std::string> decompress(std::string_view frame, uint64_t limit);

}  // namespace inquest::store
