// inquest decode zed: ZFS events.

#include "app/decode_kind.h"
#include "base/text.h"
#include "crashtext/zed_event.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  const auto event = crashtext::parse_zed_event(text);
  return event && (!event->get("eid").empty() || !event->get("pool").empty()) ? Claim::Certain : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  std::vector<Reading> readings;
  for (const std::string_view line : lines(text)) {
    if (const auto event = crashtext::parse_zed_event(line)) readings.push_back(crashtext::read_zed_event(*event));
  }
  if (readings.empty()) return not_of_kind(text, "a line of zed (eid=11 class=data ..)");
  return readings;
}

}  // namespace

extern const DecodeKind zed_decode_kind;
const DecodeKind zed_decode_kind = {
    .name = "zed",
    .summary = "a line of the ZFS event daemon",
    .example = "eid=11 class=data pool='rpool' priority=0 err=52",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
