// ups: an uninterruptible power supply's state: `upsc` of NUT and `apcaccess` of apcupsd. docs/formats/ups.md
// Source: NUT clients/upsc.c, docs/nut-names.txt; apcupsd src/apcaccess.c, its manual's "status report fields".
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "battery.charge: 100"
bool is_nut(const Field& field) {
  for (const std::string_view root :
       {"battery.", "device.", "driver.", "input.", "output.", "ups.", "outlet.", "ambient.", "server."}) {
    if (field.key.starts_with(root) && field.key.size() > root.size() && field.key.find(' ') == std::string_view::npos)
      return true;
  }
  return false;
}

// "XONBATT  : 2026-01-31 23:10:02 +0100": a name in capitals, padded to nine.
bool is_apc(std::string_view line, const Field& field) {
  return line.size() > 10 && line[9] == ':' && line[10] == ' ' && field.key.size() >= 2 &&
         field.key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == std::string_view::npos;
}

class Ups : public ToolReader {
 public:
  explicit Ups(Sink& sink)
      : ToolReader(sink, {"upsc", "apcaccess"}),
        log_(sink, log_shape(sink, "apcupsd", model::ClockDomain::Utc, model::Channel::Disk), "apcupsd") {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line.starts_with("Init SSL without") || line.starts_with("Error:")) return;
    const auto field = split_field(line);
    if (++count_ > kMost) return sink().problem(place, "more lines than a UPS has: the rest was left out");
    if (!field || (!is_nut(*field) && !is_apc(line, *field)))
      return sink().problem(place, "a line that is no figure of a UPS");
    if (is_nut(*field))
      return fact(fmt::format("ups.{}", field->key.substr(0, 64)), field->value.substr(0, 256), place);
    fact(fmt::format("ups.{}", key_of(field->key)), field->value.substr(0, 256), place);
    if (field->key == "XONBATT") moment(line, *field, "the UPS went on battery", place);
    if (field->key == "XOFFBATT") moment(line, *field, "the UPS went back to mains power", place);
    if (field->key == "STATUS" && line.find("ONBATT") != std::string_view::npos)
      fact("ups.on-battery", field->value.substr(0, 64), place);
  }

  // A change of power with its time, which is local with its offset; "N/A" where there was none.
  void moment(std::string_view line, const Field& field, std::string_view what, const Place& place) {
    const auto time = parse_iso_time(field.value);
    if (!time || !time->offset) return;
    const model::EventId event = log_.add(*time->utc(), place, line, what, model::Severity::Warning, host());
    sink().landmark(model::LandmarkKind::HardwareEvent, event, what);
  }

  static constexpr size_t kMost = 5000;
  EventLog log_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  size_t nut = 0;
  size_t apc = 0;
  bool status = false;
  const ToolHead tool = tool_head(head, {"upsc", "apcaccess"}, 60);
  for (const std::string_view line : tool.lines) {
    const auto field = split_field(line);
    if (!field) continue;
    if (is_nut(*field)) ++nut;
    if (is_apc(line, *field)) ++apc;
    status = status || field->key == "STATUS" || field->key == "UPSNAME" || field->key == "ups.status" ||
             field->key.starts_with("battery.");
  }
  if (tool.asked && nut + apc != 0) return Claim::Certain;
  return status && (nut >= 2 || apc >= 4) && (nut + apc) * 4 >= tool.lines.size() * 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Ups>(sink); }

}  // namespace

extern const Decoder ups_decoder;
const Decoder ups_decoder{"ups", "upsc, apcaccess: the state of a UPS", sniff, open};

}  // namespace inquest::decode
