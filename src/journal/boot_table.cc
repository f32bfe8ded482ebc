#include "journal/boot_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/time.h"
#include "journal/full_time.h"

namespace inquest::journal {
namespace {

int index_of(std::span<const Boot> boots, size_t i) { return static_cast<int>(i) - static_cast<int>(boots.size()) + 1; }

}  // namespace

std::string boots_as_table(std::span<const Boot> boots, const Zone& zone) {
  if (boots.empty()) return "No boots were found.\n";
  size_t index_width = 3;
  size_t first_width = std::string_view("FIRST ENTRY").size();
  size_t last_width = std::string_view("LAST ENTRY").size();
  for (size_t i = 0; i < boots.size(); ++i) {
    index_width = std::max(index_width, fmt::format("{}", index_of(boots, i)).size());
    first_width = std::max(first_width, full_time(boots[i].first.realtime, zone).size());
    last_width = std::max(last_width, full_time(boots[i].last.realtime, zone).size());
  }
  std::string out = fmt::format("{:>{}} {:32} {:{}} {:{}} {}\n", "IDX", index_width, "BOOT ID", "FIRST ENTRY",
                                first_width, "LAST ENTRY", last_width, "ENDED");
  for (size_t i = 0; i < boots.size(); ++i) {
    out += fmt::format("{:>{}} {} {:{}} {:{}} {}\n", index_of(boots, i), index_width, boots[i].id.text(),
                       full_time(boots[i].first.realtime, zone), first_width, full_time(boots[i].last.realtime, zone),
                       last_width, to_string(boots[i].end));
  }
  return out;
}

std::string boots_as_json(std::span<const Boot> boots) {
  std::string out = "[";
  for (size_t i = 0; i < boots.size(); ++i) {
    out += fmt::format(R"({}{{"index":{},"boot_id":"{}","first_entry":{},"last_entry":{},"ended":"{}"}})",
                       i == 0 ? "" : ",", index_of(boots, i), boots[i].id.text(), boots[i].first.realtime,
                       boots[i].last.realtime, to_string(boots[i].end));
  }
  return out + "]\n";
}

}  // namespace inquest::journal
