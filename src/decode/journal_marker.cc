#include "decode/journal_marker.h"

#include "decode/boot_id.h"

namespace inquest::decode {
namespace {

using Kind = JournalMarker::Kind;

std::optional<JournalMarker> boot(std::string_view line) {
  if (line == "-- Reboot --") return JournalMarker{Kind::Boot};
  static constexpr std::string_view kBoot = "-- Boot ";
  static constexpr std::string_view kEnd = " --";
  if (!line.starts_with(kBoot) || !line.ends_with(kEnd) || line.size() < kBoot.size() + kEnd.size())
    return std::nullopt;
  const std::string_view id = line.substr(kBoot.size(), line.size() - kBoot.size() - kEnd.size());
  if (!is_boot_id(id)) return std::nullopt;
  return JournalMarker{Kind::Boot, id};
}

std::optional<JournalMarker> extent(std::string_view line, std::string_view begin, std::string_view end) {
  if (!line.starts_with(begin)) return std::nullopt;
  const size_t middle = line.find(end);
  const size_t close = line.rfind(". --");
  if (middle == std::string_view::npos || close == std::string_view::npos || close < middle + end.size()) {
    return std::nullopt;
  }
  return JournalMarker{Kind::Extent,
                       {},
                       line.substr(begin.size(), middle - begin.size()),
                       line.substr(middle + end.size(), close - middle - end.size())};
}

}  // namespace

std::optional<JournalMarker> journal_marker(std::string_view line) {
  if (line.starts_with("-- ")) {
    if (line == "-- No entries --") return JournalMarker{Kind::Nothing};
    if (const auto found = boot(line)) return found;
    if (const auto found = extent(line, "-- Journal begins at ", ", ends at ")) return found;
    return extent(line, "-- Logs begin at ", ", end at ");
  }
  if (line == "No journal files were found.") return JournalMarker{Kind::Nothing};
  if (line.starts_with("Hint: You are currently not seeing messages from other users")) {
    return JournalMarker{Kind::Hidden};
  }
  return std::nullopt;
}

bool is_catalog_line(std::string_view line) {
  return line == "--" || line.starts_with("-- ") || line.starts_with("\xE2\x96\x91\xE2\x96\x91");
}

}  // namespace inquest::decode
