// ipmi_sel_raw: SEL records as hexadecimal bytes, as `ipmitool raw 0x0a 0x43` and vendors' tools print them.
// docs/formats/ipmi_sel_raw.md
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/hardware_words.h"
#include "decode/sel_record.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// The bytes of "02 00 02 6d 8d ..." or "0x02 0x00 ...", nothing where something else is in the line.
std::optional<std::string> bytes_of(std::string_view line) {
  std::string out;
  for (std::string_view word : split_blanks(line)) {
    if (word.starts_with("0x")) word.remove_prefix(2);
    const auto value = word.size() == 2 ? parse_int<uint8_t>(word, 16) : std::nullopt;
    if (!value || out.size() == 64) return std::nullopt;
    out += static_cast<char>(*value);
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

// A record, alone or behind the id of the next one, which the answer to "Get SEL Entry" begins with.
std::optional<SelRecord> record_of(std::string_view bytes) {
  if (bytes.size() == 18) bytes.remove_prefix(2);
  return parse_sel_record(bytes);
}

class IpmiSelRaw : public ToolReader {
 public:
  explicit IpmiSelRaw(Sink& sink)
      : ToolReader(sink, {"ipmitool"}),
        dated_(sink, log_shape(sink, "bmc", model::ClockDomain::LocalWall, model::Channel::Management), "bmc"),
        undated_(sink, log_shape(sink, "bmc", model::ClockDomain::None, model::Channel::Management), "bmc") {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { close(); }

  // An answer of 18 bytes is printed in two lines of 16 and 2.
  void output(std::string_view text, const Place& place) override {
    const auto bytes = bytes_of(text);
    if (!bytes) {
      close();
      if (!trim(text).empty()) sink().problem(place, "a line that is not bytes in hexadecimal");
      return;
    }
    if (!held_.empty() && held_.size() + bytes->size() != 18) close();
    if (held_.empty()) place_ = place;
    held_ += *bytes;
    place_.length = static_cast<uint32_t>(place.offset + place.length - place_.offset);
    if (held_.size() == 18) close();
  }

  void end() override { close(); }

  void close() {
    if (held_.empty()) return;
    const auto record = record_of(held_);
    held_.clear();
    if (!record) return sink().problem(place_, "bytes that are no record of the event log");
    const HardwareWords words = judge_hardware(record->text);
    EventLog& log = record->time ? dated_ : undated_;
    const auto id = log.add(record->time.value_or(0), place_, {}, record->text, words.severity, host());
    if (words.telling) sink().landmark(model::LandmarkKind::HardwareEvent, id, record->text);
  }

  EventLog dated_;
  EventLog undated_;
  std::string held_;
  Place place_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ipmitool"});
  size_t good = 0;
  size_t others = 0;
  std::string held;
  for (const std::string_view line : tool.lines) {
    const auto bytes = bytes_of(line);
    if (!bytes) {
      ++others;
      continue;
    }
    if (held.size() == 16 && bytes->size() == 2) {
      if (record_of(held + *bytes)) ++good;
      held.clear();
      continue;
    }
    if (bytes->size() == 18 && record_of(*bytes)) ++good;
    // A record without an id before it, whose first bytes are its own id: revision and type are in their places.
    if (bytes->size() == 16 && parse_sel_record(*bytes) && (*bytes)[2] == 2) ++good;
    held = *bytes;
  }
  return good != 0 && others <= good ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<IpmiSelRaw>(sink); }

}  // namespace

extern const Decoder ipmi_sel_raw_decoder;
const Decoder ipmi_sel_raw_decoder{"ipmi_sel_raw", "raw SEL records, 16 bytes in hexadecimal a line", sniff, open};

}  // namespace inquest::decode
