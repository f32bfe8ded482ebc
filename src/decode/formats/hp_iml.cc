// hp_iml: HPE's Integrated Management Log, from `hplog -v` and `hpasmcli -s "show iml"`. docs/formats/hp_iml.md
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/hardware_words.h"
#include "decode/numeric_date.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

struct Entry {
  model::Severity severity = model::Severity::Unknown;
  std::optional<Ns> first;
  std::optional<Ns> last;
  uint32_t count = 1;
  std::string_view message;  // of hpasmcli, in the same line
};

bool is_id(std::string_view word) {
  return word.size() == 4 && word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// "0003  Caution        23:17  01/31/2026 23:17  01/31/2026 0002"
std::optional<Entry> hplog_entry(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 6 || words.size() > 8 || !is_id(words[0])) return std::nullopt;
  Entry out;
  out.severity = severity_from_word(words[1]);
  if (out.severity == model::Severity::Unknown) return std::nullopt;
  for (size_t i = 2; i + 1 < words.size(); i += 2) {
    const auto time = parse_clock_time(words[i]);
    const auto day = parse_numeric_date(words[i + 1]);
    const auto at = time && day ? std::optional(*day + *time) : std::nullopt;
    (i == 2 ? out.first : out.last) = at;
    if (i == 4) break;
  }
  out.count = parse_int<uint32_t>(words.back()).value_or(1);
  return out;
}

// "Event: 3 Added: 01/31/2026 23:17"; the line behind it is "CAUTION: POST Messages - POST Error: ..."
std::optional<Entry> hpasmcli_entry(std::string_view line) {
  line = trim(line);
  const size_t added = line.find(" Added:");
  if (!line.starts_with("Event:") || added == std::string_view::npos) return std::nullopt;
  const auto words = split_blanks(line.substr(added + 7));
  if (words.size() < 2) return std::nullopt;
  const auto day = parse_numeric_date(words[0]);
  const auto time = parse_clock_time(words[1]);
  Entry out;
  if (day && time) out.first = *day + *time;
  return out;
}

bool heading(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 4 && words[0] == "ID" && words[1] == "Severity" && words[2] == "Initial";
}

class HpIml : public ToolReader {
 public:
  explicit HpIml(Sink& sink)
      : ToolReader(sink, {"hplog", "hpasmcli"}),
        dated_(sink,
               log_shape(sink, "iml", model::ClockDomain::LocalWall, model::Channel::Management, Precision::Minute),
               "iml"),
        undated_(sink, log_shape(sink, "iml", model::ClockDomain::None, model::Channel::Management), "iml") {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { close(); }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || heading(line) || line.find_first_not_of('-') == std::string_view::npos) return;
    auto entry = hplog_entry(line);
    if (!entry) entry = hpasmcli_entry(line);
    if (entry) {
      close();
      open_ = entry;
      place_ = place;
      if (!entry->first) sink().problem(place, "an entry whose date can't be");
      return;
    }
    if (!open_ && line.starts_with("hpasmcli>")) return;
    if (!open_) return sink().problem(place, "a line outside of an entry");
    // "LOG: POST Error: ..." of hplog; "CAUTION: POST Messages - ..." of hpasmcli; longer ones go on.
    place_.length =
        static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, Sink::kMostRecord));
    std::string_view said = line;
    if (const auto field = split_field(line); message_.empty() && field) {
      const auto severity = severity_from_word(field->key);
      if (severity != model::Severity::Unknown) open_->severity = severity;
      if (severity != model::Severity::Unknown || field->key == "LOG") said = field->value;
    }
    if (!message_.empty()) message_ += ' ';
    message_.append(said.substr(0, 1024));
    message_.resize(std::min<size_t>(message_.size(), 1024));
  }

  void end() override { close(); }

  void close() {
    if (!open_) return;
    if (message_.empty()) {
      sink().problem(place_, "an entry without its text");
    } else {
      record(open_->first);
      // Counted entries say when it happened first and last.
      if (open_->last && open_->last != open_->first) record(open_->last);
    }
    open_.reset();
    message_.clear();
  }

  void record(std::optional<Ns> time) {
    const HardwareWords words = judge_hardware(message_);
    const auto severity = open_->severity == model::Severity::Unknown ? words.severity : open_->severity;
    const auto id = (time ? dated_ : undated_).add(time.value_or(0), place_, {}, message_, severity, host());
    const bool bad = severity <= model::Severity::Warning;
    if (bad || words.telling) sink().landmark(model::LandmarkKind::HardwareEvent, id, message_, open_->count);
  }

  EventLog dated_;
  EventLog undated_;
  std::optional<Entry> open_;
  Place place_;
  std::string message_;
};

Claim sniff(const Head& head) {
  size_t entries = 0;
  size_t logs = 0;
  for (const std::string_view line : tool_head(head, {"hplog", "hpasmcli"}).lines) {
    if (hplog_entry(line) || hpasmcli_entry(line)) ++entries;
    if (heading(line) || trim(line).starts_with("LOG:")) ++logs;
    if (hpasmcli_entry(line)) ++logs;
  }
  return entries != 0 && logs != 0 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<HpIml>(sink); }

}  // namespace

extern const Decoder hp_iml_decoder;
const Decoder hp_iml_decoder{"hp_iml", "hplog -v, hpasmcli show iml: HPE's Integrated Management Log", sniff, open};

}  // namespace inquest::decode
