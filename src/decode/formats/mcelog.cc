// mcelog: /var/log/mcelog: machine checks as mcelog decodes them. docs/formats/mcelog.md
// Source: mcelog, mcelog.c dump_mce().
#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kBegin = "Hardware event. This is not a software error.";
constexpr Ns kLatest = 9'000'000'000;  // seconds that fit into nanoseconds

bool begins(std::string_view line) { return line.starts_with(kBegin) || line.starts_with("mcelog: "); }

class Mcelog : public ToolReader {
 public:
  explicit Mcelog(Sink& sink)
      : ToolReader(sink, {"mcelog"}),
        dated_(sink, log_shape(sink, "mcelog", model::ClockDomain::Utc, model::Channel::Disk), "mcelog"),
        undated_(sink, log_shape(sink, "mcelog", model::ClockDomain::None, model::Channel::Disk), "mcelog") {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (begins(line)) {
      close();
      if (line.starts_with("mcelog:")) return;  // the daemon's own words: no record
      open_ = true;
      place_ = place;
      return;
    }
    if (!open_) return sink().problem(place, "a line outside of a record");
    place_.length =
        static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, Sink::kMostRecord));
    const auto words = split_blanks(line);
    if (words[0] == "TIME" && words.size() > 1) {
      const auto seconds = parse_int<int64_t>(words[1]);
      if (seconds && *seconds > 0 && *seconds < kLatest) {
        time_ = *seconds * kSecond;
      } else {
        sink().problem(place, "a time that can't be");
      }
      return;
    }
    if (words[0] == "MCE" || line == "MCG status:" || line == "MCi status:") return;
    uncorrected_ = uncorrected_ || line.find("Uncorrected") != std::string_view::npos ||
                   line.find("Processor context corrupt") != std::string_view::npos ||
                   line.find("Fatal") != std::string_view::npos;
    if (!message_.empty()) message_ += "; ";
    message_.append(line.substr(0, kMost));
    message_.resize(std::min(message_.size(), kMost));
  }

  void end() override { close(); }

  void close() {
    if (!open_) return;
    open_ = false;
    if (message_.empty()) {
      sink().problem(place_, "a record without its text");
    } else {
      const auto severity = uncorrected_ ? model::Severity::Critical : model::Severity::Warning;
      const auto id = (time_ ? dated_ : undated_).add(time_.value_or(0), place_, {}, message_, severity, host());
      sink().landmark(model::LandmarkKind::HardwareEvent, id, message_);
    }
    message_.clear();
    time_.reset();
    uncorrected_ = false;
  }

  static constexpr size_t kMost = 1024;  // of a message
  EventLog dated_;
  EventLog undated_;
  bool open_ = false;
  bool uncorrected_ = false;
  Place place_;
  std::optional<Ns> time_;
  std::string message_;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : tool_head(head, {"mcelog"}, 20).lines) {
    if (trim(line).starts_with(kBegin)) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Mcelog>(sink); }

}  // namespace

extern const Decoder mcelog_decoder;
const Decoder mcelog_decoder{"mcelog", "/var/log/mcelog: machine checks that mcelog decoded", sniff, open};

}  // namespace inquest::decode
