// Any bytes as a batch of lines: what is kept is well-formed, is kept again as it is, and can be read field by field.
#include "store/line_protocol.h"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::store;
  const std::string text(data, data + size);
  const CheckedLines once = check_lines(text, TimeUnit::Milli, 1'700'000'000'000'000'000);
  const CheckedLines twice = check_lines(once.lines, TimeUnit::Nano, 0);
  if (twice.lines != once.lines || !twice.complete() || twice.values != once.values) std::abort();

  uint64_t rows = 0;
  uint64_t values = 0;
  for (size_t at = 0; at < once.lines.size(); ++rows) {
    const size_t end = end_of_line(once.lines, at);
    LineParts parts;
    if (!split_line(std::string_view(once.lines).substr(at, end - at), parts).empty()) std::abort();
    LineField field;
    for (std::string_view rest = parts.fields; next_field(rest, field);) ++values;
    const SeriesKey key = parse_series(parts.head);
    if (parse_series(format_series(key)) != key) std::abort();
    at = end + 1;
  }
  if (rows != once.rows || values != once.values) std::abort();
  return 0;
}
