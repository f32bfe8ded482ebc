// stamped_log: logs of programs whose lines begin with a full date. docs/formats/stamped_log.md

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/dated_line.h"
#include "decode/kernel_text.h"
#include "decode/line_reader.h"
#include "decode/log_survey.h"

namespace inquest::decode {
namespace {

using model::ClockDomain;

// "dpkg" of "dpkg.log.2", "postgresql-15-main" of "postgresql-15-main.log".
std::string_view stem(std::string_view name) {
  const size_t log = name.find(".log");
  return name.substr(0, log != std::string_view::npos && log != 0 ? log : name.find('.', 1));
}

class StampedLogReader : public LineReader {
 public:
  explicit StampedLogReader(Sink& sink) : LineReader(sink), stem_(sink.intern(stem(sink.file_name()))) {}

 protected:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto dated = parse_dated_line(text);
    if (!dated) {
      if (last_) {
        sink().extend(*last_, place);
      } else {
        sink().problem(place, "text before the first line with a date");
      }
      return;
    }
    EventRecord event;
    event.stream = stream_for(*dated, place);
    event.time = dated->time;
    event.place = place;
    event.ident = dated->program.empty() ? stem_ : sink().intern(dated->program);
    event.severity = dated->severity;
    event.message = dated->message;
    event.text_at = static_cast<uint32_t>(dated->message.data() - text.data());
    last_ = sink().event(event);
  }

 private:
  // A stream for each clock: local time and UTC do not mix.
  model::StreamId stream_for(const DatedLine& dated, const Place& place) {
    std::optional<model::StreamId>& known = streams_[dated.utc ? 1 : 0];
    if (!known) {
      model::Stream fresh;
      fresh.source = stem_;
      fresh.clock = dated.utc ? ClockDomain::Utc : ClockDomain::LocalWall;
      fresh.precision = dated.precision;
      known = sink().open_stream(fresh);
    }
    model::Stream& stream = sink().stream(*known);
    stream.precision = coarser(stream.precision, dated.precision);
    if (!dated.zone.empty() && dated.zone != zone_) {
      zone_ = dated.zone;
      sink().fact("", "timezone-abbreviation", zone_, place);
    }
    return *known;
  }

  model::StrId stem_;
  std::array<std::optional<model::StreamId>, 2> streams_;
  std::string zone_;
  std::optional<model::EventId> last_;
};

bool words(std::string_view message) {
  return std::ranges::any_of(message, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

Claim sniff(const Head& head) {
  size_t lines = 0;  // that could begin a record
  size_t dated = 0;
  size_t figures = 0;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty() || line.starts_with(' ') || line.starts_with('\t')) continue;
    ++lines;
    const auto parsed = parse_dated_line(line);
    if (!parsed) continue;
    ++dated;
    if (!words(parsed->message)) ++figures;
  }
  // Rows of figures are a table's.
  if (dated == 0 || figures * 2 > dated || dated * 2 <= lines) return Claim::No;
  if (dated < 3 && dated != lines) return Claim::No;
  // The same dates stand in syslog's lines, journalctl's and console captures', which say more.
  const LogSurvey logs = survey(head);
  if (logs.is_syslog() || logs.is_journal()) return Claim::No;
  if (classify_kernel_text(head).kind != KernelTextKind::Other) return Claim::No;
  return dated >= 5 && dated * 5 >= lines * 4 ? Claim::Likely : Claim::Fallback;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<StampedLogReader>(sink); }

}  // namespace

extern const Decoder stamped_log_decoder;
const Decoder stamped_log_decoder{"stamped_log", "any log whose lines begin with a full date", sniff, open};

}  // namespace inquest::decode
