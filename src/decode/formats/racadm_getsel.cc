// racadm_getsel: `racadm getsel`, `lclog view`: a Dell server's event log. docs/formats/racadm_getsel.md
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/ctime_stamp.h"
#include "decode/event_log.h"
#include "decode/hardware_words.h"
#include "decode/numeric_date.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kKeys[] = {"Record",    "Date/Time",    "Source",   "Severity", "Description",
                                      "SeqNumber", "Message ID",   "Category", "AgentID",  "Timestamp",
                                      "Message",   "RawEventData", "FQDD"};

bool ours(std::string_view key) {
  return key.starts_with("Message Arg") || std::ranges::find(kKeys, key) != std::ranges::end(kKeys);
}

// "Severity:    Critical" of getsel, "Severity        = Critical" of lclog.
std::optional<Field> parse_field(std::string_view line) {
  for (const char separator : {':', '='}) {
    const auto field = split_field(line, separator);
    if (field && ours(field->key)) return field;
  }
  return std::nullopt;
}

bool rule(std::string_view line) { return line.size() >= 10 && line.find_first_not_of('-') == std::string_view::npos; }

// "01/31/2026 23:17:01", "Sat Jan 31 2026 23:17:01", "2026-01-31 23:17:01".
std::optional<Ns> parse_time(std::string_view text) {
  const auto words = split_blanks(text);
  if (words.size() >= 2) {
    const auto day = parse_numeric_date(words[0]);
    const auto time = parse_clock_time(words[1]);
    if (day && time) return *day + *time;
  }
  return parse_ctime_stamp(text).local;
}

class RacadmGetsel : public ToolReader {
 public:
  explicit RacadmGetsel(Sink& sink)
      : ToolReader(sink, {"racadm"}),
        dated_(sink, log_shape(sink, "idrac", model::ClockDomain::LocalWall, model::Channel::Management), "idrac"),
        undated_(sink, log_shape(sink, "idrac", model::ClockDomain::None, model::Channel::Management), "idrac") {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { close(); }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (rule(line)) return close();
    if (line.empty()) return;
    const auto field = parse_field(line);
    if (!field) {
      if (open_) {
        reach(place);  // a description goes on
        message_.append(" ").append(line.substr(0, kMost));
        message_.resize(std::min(message_.size(), kMost));
      } else {
        sink().problem(place, "a line outside of a record");
      }
      return;
    }
    if (field->key == "Record" || field->key == "SeqNumber") close();
    if (!open_) {
      open_ = true;
      place_ = place;
    }
    reach(place);
    if (field->key == "Date/Time" || field->key == "Timestamp") {
      time_ = parse_time(field->value);
      // Older controllers print this before their clock is set.
      if (!time_ && field->value != "System Boot") sink().problem(place, "a date that can't be");
    } else if (field->key == "Severity") {
      severity_ = severity_from_word(field->value);
    } else if (field->key == "Description" || field->key == "Message") {
      message_ = std::string(field->value.substr(0, kMost));
    }
  }

  void end() override { close(); }

  void reach(const Place& place) {
    place_.length =
        static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, Sink::kMostRecord));
  }

  void close() {
    if (!open_) return;
    open_ = false;
    if (message_.empty()) {
      sink().problem(place_, "a record without a description");
    } else {
      const HardwareWords words = judge_hardware(message_);
      const bool bad = severity_ != model::Severity::Unknown && severity_ <= model::Severity::Warning;
      EventLog& log = time_ ? dated_ : undated_;
      const auto id = log.add(time_.value_or(0), place_, {}, message_,
                              severity_ == model::Severity::Unknown ? words.severity : severity_, host());
      if (bad || words.telling) sink().landmark(model::LandmarkKind::HardwareEvent, id, message_);
    }
    time_.reset();
    severity_ = model::Severity::Unknown;
    message_.clear();
  }

  static constexpr size_t kMost = 1024;  // of a message

  EventLog dated_;
  EventLog undated_;
  bool open_ = false;
  Place place_;
  std::optional<Ns> time_;
  model::Severity severity_ = model::Severity::Unknown;
  std::string message_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"racadm"});
  size_t records = 0;
  size_t said = 0;
  size_t others = 0;
  for (const std::string_view line : tool.lines) {
    const auto field = parse_field(line);
    if (field && (field->key == "Record" || field->key == "SeqNumber") && parse_int<uint64_t>(field->value)) {
      ++records;
    } else if (field && (field->key == "Date/Time" || field->key == "Severity" || field->key == "Description" ||
                         field->key == "Message ID")) {
      ++said;
    } else if (!rule(trim(line)) && !field) {
      ++others;
    }
  }
  return records != 0 && said != 0 && others <= records + said ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<RacadmGetsel>(sink); }

}  // namespace

extern const Decoder racadm_getsel_decoder;
const Decoder racadm_getsel_decoder{"racadm_getsel", "racadm getsel and lclog view: a Dell server's event log", sniff,
                                    open};

}  // namespace inquest::decode
