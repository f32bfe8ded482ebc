// corosync_log: the log files of corosync and pacemaker, which may share one. docs/formats/corosync_log.md

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/log_stamp.h"
#include "decode/year_counter.h"

namespace inquest::decode {
namespace {

using model::Severity;

struct CorosyncLine {
  Stamp stamp;
  std::string_view host;
  std::string_view ident;
  Severity severity = Severity::Unknown;
  std::string_view message;
};

std::string_view skip_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string_view take_word(std::string_view& text) {
  text = skip_blanks(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

Severity severity_of(std::string_view level) {
  // libqb's qb_log_priority2str(), and pacemaker's crm_log
  static constexpr std::array<std::pair<std::string_view, Severity>, 10> kLevels = {{
      {"emerg", Severity::Emergency},
      {"alert", Severity::Alert},
      {"crit", Severity::Critical},
      {"error", Severity::Error},
      {"warning", Severity::Warning},
      {"notice", Severity::Notice},
      {"info", Severity::Info},
      {"debug", Severity::Debug},
      {"trace", Severity::Debug},
      {"err", Severity::Error},
  }};
  const auto* const found = std::ranges::find(kLevels, level, &std::pair<std::string_view, Severity>::first);
  return found == kLevels.end() ? Severity::Unknown : found->second;
}

// "[KNET  ] ", "[TOTEM ] ", "[MAIN] ": a subsystem in capitals.
bool subsystem(std::string_view text) {
  const size_t close = text.substr(0, 16).find("] ");
  if (!text.starts_with('[') || close == std::string_view::npos) return false;
  const std::string_view name = trim(text.substr(1, close - 1));
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

// "[1374] ": a process id.
bool take_pid(std::string_view& text) {
  const size_t close = text.substr(0, 14).find(']');
  if (!text.starts_with('[') || close == std::string_view::npos || !parse_int<uint32_t>(text.substr(1, close - 1)))
    return false;
  text = skip_blanks(text.substr(close + 1));
  return true;
}

bool pacemaker(std::string_view ident) {
  static constexpr std::array<std::string_view, 9> kDaemons = {"crmd",       "cib",      "lrmd",    "attrd",  "pengine",
                                                               "stonith-ng", "stonithd", "crm_mon", "stonith"};
  return ident.starts_with("pacemaker") || std::ranges::find(kDaemons, ident) != kDaemons.end();
}

// pacemaker 2 (lib/common/logging.c), what stands behind the time:
//   host pacemaker-fenced    [3114] (function) \tinfo: message
std::optional<CorosyncLine> parse_pacemaker2(const Stamp& stamp, std::string_view rest) {
  CorosyncLine out;
  out.stamp = stamp;
  out.host = take_word(rest);
  rest = skip_blanks(rest);
  const size_t bracket = rest.substr(0, 64).find('[');
  if (bracket == std::string_view::npos || bracket == 0) return std::nullopt;
  out.ident = trim(rest.substr(0, bracket));
  rest.remove_prefix(bracket);
  if (out.ident.find_first_of(" \t:") != std::string_view::npos || !take_pid(rest)) return std::nullopt;
  const size_t close = rest.find(')');
  if (!rest.starts_with('(') || close == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(close + 1);
  const std::string_view level = take_word(rest);
  if (!level.ends_with(':')) return std::nullopt;
  out.severity = severity_of(level.substr(0, level.size() - 1));
  out.message = skip_blanks(rest);
  return out.severity == Severity::Unknown ? std::nullopt : std::optional(out);
}

// Reads
//   Feb 09 07:55:07 [1374] host corosync notice  [KNET  ] message             from 2.0 on (exec/logsys.c)
//   Feb 09 07:55:07 corosync [TOTEM ] message                                 1.x
//   Feb 09 07:55:07 [1390] host       crmd:     info: function: \tmessage     pacemaker 1.1, as a rule in the same file
std::optional<CorosyncLine> parse_corosync_line(std::string_view line, StampParser& stamps) {
  CorosyncLine out;
  if (!stamps.parse(line, out.stamp)) return std::nullopt;
  if (out.stamp.form != StampForm::Bsd && out.stamp.form != StampForm::BsdYear) return std::nullopt;
  std::string_view rest = skip_blanks(line.substr(out.stamp.length));
  if (const auto found = parse_pacemaker2(out.stamp, rest)) return found;
  const bool pid = take_pid(rest);
  if (pid) out.host = take_word(rest);
  out.ident = take_word(rest);
  if (out.ident.empty()) return std::nullopt;
  if (pid && out.ident.ends_with(':')) {
    out.ident.remove_suffix(1);
    std::string_view level = take_word(rest);
    if (!level.ends_with(':')) return std::nullopt;
    out.severity = severity_of(level.substr(0, level.size() - 1));
    if (out.severity == Severity::Unknown) return std::nullopt;
    rest = skip_blanks(rest);
    if (const size_t colon = rest.find(": \t"); colon != std::string_view::npos && colon < rest.find(' '))
      rest.remove_prefix(colon + 2);
  } else {
    if (!out.ident.starts_with("corosync")) return std::nullopt;
    // With `timestamp: off` and in some versions nothing stands between the name and the level.
    const std::string_view glued = out.ident.substr(8);
    if (pid) out.severity = severity_of(glued.empty() ? take_word(rest) : glued);
    if (pid ? out.severity == Severity::Unknown : !glued.empty()) return std::nullopt;
    out.ident = out.ident.substr(0, 8);
    if (!subsystem(skip_blanks(rest))) return std::nullopt;
  }
  out.message = skip_blanks(rest);
  return out;
}

class CorosyncLogReader : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  void line(std::string_view text, const Place& place) override {
    // libqb says the latter without a time, as it makes the file.
    if (trim(text).empty() || text.starts_with("Set r/w permissions for ")) return;
    const auto parsed = parse_corosync_line(text, stamps_);
    if (!parsed) {
      if (last_ && text.starts_with(' ')) {
        sink().extend(*last_, place);
      } else {
        sink().problem(place, "a line that is neither corosync's nor pacemaker's");
      }
      return;
    }
    EventRecord event;
    event.time = time_of(parsed->stamp);
    event.stream = *stream_;
    event.place = place;
    event.host = sink().intern(parsed->host);
    event.ident = sink().intern(parsed->ident);
    event.severity = parsed->severity;
    event.message = parsed->message;
    event.text_at = static_cast<uint32_t>(parsed->message.data() - text.data());
    last_ = sink().event(event);
    model::Stream& stream = sink().stream(*stream_);
    if (stream.host == 0) stream.host = event.host;
  }

 private:
  // The time on the stream that the stamp belongs to, which is opened.
  Ns time_of(const Stamp& stamp) {
    const bool yearless = stamp.form == StampForm::Bsd;
    if (!stream_ || yearless != yearless_) open(stamp, yearless);
    model::Stream& stream = sink().stream(*stream_);
    stream.precision = coarser(stream.precision, stamp.precision);
    if (!yearless) return stamp.time;
    if (const auto time = years_.raw(stamp.time)) return *time;
    open(stamp, yearless);
    return years_.raw(stamp.time).value_or(stamp.time);
  }

  void open(const Stamp& stamp, bool yearless) {
    model::Stream fresh;
    fresh.source = sink().intern("corosync");
    fresh.clock = model::ClockDomain::LocalWall;
    fresh.precision = stamp.precision;
    fresh.yearless = yearless;
    fresh.watch = model::Watch::Cluster;
    stream_ = sink().open_stream(fresh);
    yearless_ = yearless;
    years_ = {};
  }

  StampParser stamps_;
  YearCounter years_;
  std::optional<model::StreamId> stream_;
  bool yearless_ = true;
  std::optional<model::EventId> last_;
};

Claim sniff(const Head& head) {
  StampParser stamps;
  size_t lines = 0;
  size_t known = 0;
  size_t cluster = 0;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty()) continue;
    ++lines;
    if (const auto parsed = parse_corosync_line(line, stamps)) {
      ++known;
      if (parsed->ident == "corosync" || pacemaker(parsed->ident)) ++cluster;
    }
  }
  return cluster != 0 && known * 2 > lines ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<CorosyncLogReader>(sink); }

}  // namespace

extern const Decoder corosync_log_decoder;
const Decoder corosync_log_decoder{"corosync_log", "the log files of corosync and pacemaker", sniff, open};

}  // namespace inquest::decode
