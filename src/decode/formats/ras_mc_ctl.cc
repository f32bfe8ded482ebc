// ras_mc_ctl: `ras-mc-ctl --errors` and `--summary`: what rasdaemon recorded. docs/formats/ras_mc_ctl.md
// Source: rasdaemon util/ras-mc-ctl.in, errors() and summary().
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/hardware_words.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "12 2026-01-31 23:16:58 +0000 2 Corrected error(s): memory read error at CPU_SrcID#0 ...": behind the number.
std::optional<ParsedTime> parse_entry(std::string_view line, std::string_view& message) {
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos || blank == 0 || !parse_int<uint64_t>(line.substr(0, blank))) return std::nullopt;
  const auto time = parse_iso_time(line.substr(blank + 1));
  if (!time) return std::nullopt;
  const size_t behind = line.find_first_not_of(' ', blank + 1 + time->length);
  if (behind == std::string_view::npos) return std::nullopt;
  message = line.substr(behind);
  return time;
}

// "Memory controller events:", "MCE records summary:"
bool heading(std::string_view line) {
  return line.ends_with(" events:") || line.ends_with(" summary:") || line.ends_with(" errors:");
}

// "No Memory errors.", "No PCIe AER errors.", "No SIGNAL."
bool nothing(std::string_view line) {
  return line.starts_with("No ") &&
         (line.ends_with(" errors.") || line.ends_with(" SIGNAL.") || line.ends_with(" events."));
}

class RasMcCtl : public ToolReader {
 public:
  explicit RasMcCtl(Sink& sink)
      : ToolReader(sink, {"ras-mc-ctl"}),
        utc_(sink, log_shape(sink, "rasdaemon", model::ClockDomain::Utc, model::Channel::Disk), "rasdaemon"),
        wall_(sink, log_shape(sink, "rasdaemon", model::ClockDomain::LocalWall, model::Channel::Disk), "rasdaemon") {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (nothing(line)) return fact("ras.none", line, place);
    if (heading(line)) {
      section_ = std::string(line.substr(0, line.size() - 1).substr(0, 64));
      return;
    }
    std::string_view message;
    if (const auto time = parse_entry(text, message)) {
      const HardwareWords words = judge_hardware(message);
      EventLog& log = time->offset ? utc_ : wall_;
      const auto severity = words.telling ? words.severity : model::Severity::Warning;
      const auto id = log.add(time->utc().value_or(time->local), place, text, message, severity, host());
      sink().landmark(model::LandmarkKind::HardwareEvent, id, message);
      return;
    }
    if (!section_.empty() && text.starts_with('\t'))
      return fact("ras.summary", fmt::format("{}: {}", section_, line), place);
    if (line.starts_with("ras-mc-ctl:")) return sink().problem(place, ellipsis(printable(line), 100));
    sink().problem(place, "a line that is no error and no count of them");
  }

  EventLog utc_;
  EventLog wall_;
  std::string section_;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ras-mc-ctl"});
  size_t known = 0;
  size_t others = 0;
  bool telling = tool.asked;
  for (const std::string_view raw : tool.lines) {
    const std::string_view line = trim(raw);
    std::string_view message;
    if (nothing(line) || heading(line)) {
      ++known;
      telling = telling || line.find("Memory controller events") == 0 || line.starts_with("No Memory errors") ||
                line.starts_with("No PCIe AER") || line.starts_with("No MCE") || line.starts_with("MCE ") ||
                line.starts_with("PCIe AER");
    } else if (parse_entry(raw, message) || raw.starts_with('\t')) {
      ++known;
    } else {
      ++others;
    }
  }
  return telling && known != 0 && others <= known ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<RasMcCtl>(sink); }

}  // namespace

extern const Decoder ras_mc_ctl_decoder;
const Decoder ras_mc_ctl_decoder{"ras_mc_ctl", "ras-mc-ctl --errors, --summary: what rasdaemon recorded", sniff, open};

}  // namespace inquest::decode
