// Any bytes as a remote write message: packed as they are, and as the block itself.
#include "record/remote_write.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <snappy.h>

#include "store/line_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr uint64_t kMost = uint64_t{1} << 20U;
  (void)record::decode_remote_write(bytes, kMost);
  std::string packed;
  snappy::Compress(bytes.data(), bytes.size(), &packed);
  const auto out = record::decode_remote_write(packed, kMost);
  // What comes out is line protocol: as many lines as samples, whatever the names hold.
  if (out && !out->lines.empty()) {
    const auto checked = store::check_lines(out->lines, store::TimeUnit::Nano, 0);
    if (checked.rows + checked.bad_rows > out->samples) std::abort();
  }
  return 0;
}
