// logfmt: "ts=... lvl=... msg=..." as InfluxDB, Grafana and Telegraf write it. docs/formats/logfmt.md
// Source: Go's go-kit/log logfmt encoder; influxdb logger package; Grafana pkg/infra/log.
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

// The value behind `key=` at a word's start; quotes around it are dropped. Empty where it does not stand there.
std::string_view value_of(std::string_view line, std::string_view key) {
  for (size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const size_t begin = at + key.size();
    if ((at != 0 && line[at - 1] != ' ') || begin >= line.size() || line[begin] != '=') continue;
    const std::string_view rest = line.substr(begin + 1);
    if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
    return rest.substr(0, rest.find(' '));
  }
  return {};
}

struct Line {
  ParsedTime time;
  model::Severity severity = model::Severity::Unknown;
};

std::optional<Line> parse(std::string_view line) {
  static constexpr std::array<std::string_view, 3> kTimes = {"ts", "t", "time"};
  static constexpr std::array<std::string_view, 2> kLevels = {"lvl", "level"};
  Line out;
  bool timed = false;
  for (const std::string_view key : kTimes) {
    const auto time = timed ? std::nullopt : parse_iso_time(value_of(line, key));
    if (!time || !time->offset) continue;
    out.time = *time;
    timed = true;
  }
  std::string_view level;
  for (const std::string_view key : kLevels) {
    if (level.empty()) level = value_of(line, key);
  }
  if (!timed || level.empty()) return std::nullopt;
  if (level.starts_with("err") || level == "eror") out.severity = model::Severity::Error;
  if (level.starts_with("crit") || level == "fatal" || level == "panic") out.severity = model::Severity::Critical;
  if (level.starts_with("warn")) out.severity = model::Severity::Warning;
  if (level == "info") out.severity = model::Severity::Info;
  if (level.starts_with("debug") || level == "dbug") out.severity = model::Severity::Debug;
  return out;
}

class Logfmt : public LineReader {
 public:
  explicit Logfmt(Sink& sink)
      : LineReader(sink),
        log_(sink, log_shape(sink, "logfmt", model::ClockDomain::Utc, model::Channel::Disk), "logfmt") {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto parsed = parse(text);
    if (parsed) {
      last_ = log_.add(*parsed->time.utc(), place, text, text, parsed->severity);
    } else if (last_) {
      sink().extend(*last_, place);  // a stack trace
    } else {
      sink().problem(place, "a line without time and level");
    }
  }

  EventLog log_;
  std::optional<model::EventId> last_;
};

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t others = 0;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty()) continue;
    ++(parse(line) ? known : others);
  }
  return known != 0 && known >= others ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Logfmt>(sink); }

}  // namespace

extern const Decoder logfmt_decoder;
const Decoder logfmt_decoder{"logfmt", "logs of InfluxDB, Grafana and others: ts=... lvl=... msg=...", sniff, open};

}  // namespace inquest::decode
