// ipmi_sel: `ipmitool sel list`, `elist` and `-v`: the management controller's event log. docs/formats/ipmi_sel.md
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/hardware_words.h"
#include "decode/numeric_date.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

struct Row {
  std::optional<Ns> time;  // nothing: "Pre-Init", before the controller's clock was set
  bool utc = false;
  std::string_view message;  // to the line's end
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 8 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// " 1b | Linux kernel panic: Fatal excep", " 1c | OEM record e3 | 0102030405": records without a time (ipmitool
// lib/ipmi_sel.c).
std::optional<Row> parse_untimed(std::string_view line) {
  const size_t first = line.find_first_of("|,");
  if (first == std::string_view::npos || !is_number(trim(line.substr(0, first)))) return std::nullopt;
  const size_t begin = line.find_first_not_of("|, ", first);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view message = line.substr(begin);
  const bool known = message.starts_with("Linux kernel panic:") || message.starts_with("OEM record ");
  return known ? std::optional(Row{std::nullopt, false, message}) : std::nullopt;
}

// " 1a | 01/31/2026 | 23:17:01 UTC | Processor #0x80 | IERR | Asserted", with commas for the bars (-c), and " 1 |
// Pre-Init  |0000000012| Power Supply #0x51 | ...".
std::optional<Row> parse_row(std::string_view line) {
  if (const auto row = parse_untimed(line)) return row;
  for (const char bar : {'|', ','}) {
    const size_t first = line.find(bar);
    const size_t second = first == std::string_view::npos ? first : line.find(bar, first + 1);
    const size_t third = second == std::string_view::npos ? second : line.find(bar, second + 1);
    if (third == std::string_view::npos || !is_number(trim(line.substr(0, first)))) continue;
    const std::string_view date = trim(line.substr(first + 1, second - first - 1));
    std::string_view clock = trim(line.substr(second + 1, third - second - 1));
    Row out;
    const std::string_view rest = line.substr(third + 1);
    const size_t begin = rest.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return std::nullopt;
    out.message = rest.substr(begin);
    if (date == "Pre-Init") return out;
    if (date == "Pre-Init Time-stamp") {  // of old versions: there is no time of day behind it
      out.message = trim(line.substr(second + 1));
      return out;
    }
    const auto day = parse_numeric_date(date);
    std::string_view zone;
    if (const size_t blank = clock.rfind(' '); blank != std::string_view::npos && !clock.ends_with("M")) {
      zone = trim(clock.substr(blank));
      clock = trim(clock.substr(0, blank));
    }
    const auto time = parse_clock_time(clock);
    if (!day || !time) return std::nullopt;
    out.time = *day + *time;
    out.utc = zone == "UTC" || zone == "GMT";
    return out;
  }
  return std::nullopt;
}

// A key of a record of `sel list -v`.
bool verbose_key(std::string_view key) {
  static constexpr std::string_view kKeys[] = {"Record Type",
                                               "Timestamp",
                                               "Generator ID",
                                               "EvM Revision",
                                               "Sensor Type",
                                               "Sensor Number",
                                               "Event Type",
                                               "Event Direction",
                                               "Event Data",
                                               "Description",
                                               "Sensor ID",
                                               "Event Data (RAW)",
                                               "Trigger Reading",
                                               "Trigger Threshold",
                                               "Event Interpretation",
                                               "Entity ID",
                                               "Sensor Type (Threshold)",
                                               "Sensor Type (Discrete)",
                                               "Manufacturer",
                                               "OEM Data",
                                               "Sensor Extension Code"};
  return std::ranges::find(kKeys, key) != std::ranges::end(kKeys);
}

class IpmiSel : public ToolReader {
 public:
  explicit IpmiSel(Sink& sink)
      : ToolReader(sink, {"ipmitool"}),
        local_(sink, log_shape(sink, "bmc", model::ClockDomain::LocalWall, model::Channel::Management), "bmc"),
        utc_(sink, log_shape(sink, "bmc", model::ClockDomain::Utc, model::Channel::Management), "bmc"),
        undated_(sink, log_shape(sink, "bmc", model::ClockDomain::None, model::Channel::Management), "bmc") {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (text.starts_with("SEL has no entries")) return fact("bmc.sel.entries", "0", place);
    if (const auto row = parse_row(text)) {
      close();
      return record(*row, place, text, row->message);
    }
    const auto field = split_field(text);
    if (field && field->key == "SEL Record ID") {
      close();
      open_ = true;
      place_ = place;
      return;
    }
    // Behind a sensor's record stand its states: "States Asserted : Watchdog 2", "[Hard reset]" indented below it.
    if (!open_ || (!field && text[0] != ' ')) {
      return sink().problem(place, "a line that is no entry of the event log");
    }
    if (!field) return;
    place_.length =
        static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, Sink::kMostRecord));
    if (field->key == "Timestamp") stamp_ = std::string(field->value.substr(0, 64));
    if (field->key == "Sensor Type") sensor_ = std::string(field->value.substr(0, 128));
    if (field->key == "Sensor ID" || field->key == "Sensor Number") {
      if (number_.empty() || field->key == "Sensor ID") number_ = std::string(field->value.substr(0, 128));
    }
    if (field->key == "Event Direction") direction_ = std::string(field->value.substr(0, 64));
    if (field->key == "Description") description_ = std::string(field->value.substr(0, 256));
  }

  void end() override { close(); }

  // The record of `-v` that is read.
  void close() {
    if (!open_) return;
    open_ = false;
    Row row;
    const size_t blank = stamp_.find(' ');
    if (blank != std::string::npos && !stamp_.starts_with("Pre-Init")) {
      const std::string_view stamp = stamp_;
      const auto day = parse_numeric_date(stamp.substr(0, blank));
      const auto words = split_blanks(stamp.substr(blank));
      const auto time = words.empty() ? std::nullopt : parse_clock_time(words[0]);
      if (day && time) row.time = *day + *time;
      if (!row.time) sink().problem(place_, "a time stamp that can't be");
      row.utc = words.size() > 1 && (words[1] == "UTC" || words[1] == "GMT");
    }
    const std::string message = fmt::format("{} #{} | {} | {}", sensor_, number_, description_,
                                            direction_.starts_with("De") ? "Deasserted" : "Asserted");
    record(row, place_, {}, message);
    stamp_.clear();
    sensor_.clear();
    number_.clear();
    direction_.clear();
    description_.clear();
  }

  void record(const Row& row, const Place& place, std::string_view text, std::string_view message) {
    const HardwareWords words = judge_hardware(message);
    EventLog& log = !row.time ? undated_ : row.utc ? utc_ : local_;
    const model::EventId id = log.add(row.time.value_or(0), place, text, message, words.severity, host());
    if (words.telling) sink().landmark(model::LandmarkKind::HardwareEvent, id, message);
  }

  EventLog local_;
  EventLog utc_;
  EventLog undated_;
  bool open_ = false;
  Place place_;
  std::string stamp_;
  std::string sensor_;
  std::string number_;
  std::string direction_;
  std::string description_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ipmitool"});
  size_t rows = 0;
  size_t verbose = 0;
  size_t others = 0;
  for (const std::string_view line : tool.lines) {
    const auto field = split_field(line);
    if (line.starts_with("SEL has no entries"))
      return tool.asked || tool.lines.size() == 1 ? Claim::Certain : Claim::Likely;
    // A table of figures has a date as well, but no sensor's words behind the time.
    if (const auto row = parse_row(line); row && row->message.find_first_of("|,") != std::string_view::npos) {
      ++rows;
    } else if (field && field->key == "SEL Record ID") {
      ++verbose;
    } else if (!field || !verbose_key(field->key)) {
      ++others;
    }
  }
  if (rows + verbose == 0) return Claim::No;
  return others <= rows + verbose ? Claim::Certain : Claim::Likely;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<IpmiSel>(sink); }

}  // namespace

extern const Decoder ipmi_sel_decoder;
const Decoder ipmi_sel_decoder{"ipmi_sel", "ipmitool sel list, elist, -v: the management controller's event log", sniff,
                               open};

}  // namespace inquest::decode
