// Any line, by templates that use every form.
#include "record/graphite.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "store/line_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest;
  static const std::vector<std::string> texts = {"a.nodes.* .object.host.measurement.field*",
                                                 "b.* .host.measurement* dc=x", "c.* ..t.u.t"};
  static const auto templates = record::GraphiteTemplates::parse(texts);
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (line.find('\n') != std::string_view::npos) return 0;  // lines come without their ends
  std::string out;
  if (!templates->append(line, 0, out) && !out.empty()) std::abort();
  // One line goes in, so one line at most comes out.
  const auto checked = store::check_lines(out, store::TimeUnit::Nano, 0);
  if (checked.rows + checked.bad_rows > 1) std::abort();
  return 0;
}
