// json_log: logs of one JSON object a line, as programs in Go and others write them: Telegraf and InfluxDB with JSON
// logging, and what goes by log/slog's or zap's keys. docs/formats/json_log.md
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include <simdjson.h>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

namespace dom = simdjson::dom;

struct Entry {
  Ns time = 0;
  model::Severity severity = model::Severity::Unknown;
  std::string message;
};

model::Severity severity_of(std::string_view level) {
  const std::string word = lower(level);
  if (word.starts_with("err")) return model::Severity::Error;
  if (word.starts_with("crit") || word == "fatal" || word.ends_with("panic")) return model::Severity::Critical;
  if (word.starts_with("warn")) return model::Severity::Warning;
  if (word.starts_with("debug") || word == "trace") return model::Severity::Debug;
  return word == "info" ? model::Severity::Info : model::Severity::Unknown;
}

// The first of these keys that holds a text.
template <size_t N>
std::string_view text_of(const dom::object& object, const std::array<std::string_view, N>& keys) {
  std::string_view value;
  for (const std::string_view key : keys) {
    if (object[key].get(value) == simdjson::SUCCESS) return value;
  }
  return {};
}

// RFC 3339 with a zone, or seconds since 1970 with a fraction.
std::optional<Ns> time_of(const dom::object& object) {
  static constexpr std::array<std::string_view, 5> kKeys = {"time", "ts", "timestamp", "@timestamp", "t"};
  for (const std::string_view key : kKeys) {
    std::string_view text;
    double seconds = 0;
    if (object[key].get(text) == simdjson::SUCCESS) {
      const auto time = parse_iso_time(text);
      return time ? time->utc() : std::nullopt;
    }
    if (object[key].get(seconds) == simdjson::SUCCESS) {
      if (!(seconds > 1e8 && seconds < 9e9)) return std::nullopt;
      const double whole = std::floor(seconds);
      return static_cast<Ns>(whole) * kSecond + static_cast<Ns>((seconds - whole) * 1e6) * kMicro;
    }
  }
  return std::nullopt;
}

std::optional<Entry> parse_entry(std::string_view line, dom::parser& parser) {
  static constexpr std::array<std::string_view, 3> kLevels = {"level", "lvl", "severity"};
  static constexpr std::array<std::string_view, 2> kMessages = {"msg", "message"};
  static constexpr std::array<std::string_view, 2> kErrors = {"error", "err"};
  line = trim(line);
  if (!line.starts_with('{') || !line.ends_with('}')) return std::nullopt;
  dom::object object;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
  const auto time = time_of(object);
  const std::string_view level = text_of(object, kLevels);
  const std::string_view message = text_of(object, kMessages);
  if (!time || level.empty() || message.empty()) return std::nullopt;
  const std::string_view error = text_of(object, kErrors);
  return Entry{*time, severity_of(level), error.empty() ? std::string(message) : fmt::format("{}: {}", message, error)};
}

class JsonLog : public LineReader {
 public:
  explicit JsonLog(Sink& sink)
      : LineReader(sink),
        log_(sink, log_shape(sink, "json log", model::ClockDomain::Utc, model::Channel::Disk, Precision::Micro),
             "json log") {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto entry = parse_entry(text, parser_);
    if (!entry) return sink().problem(place, "a line without time, level and message");
    log_.add(entry->time, place, {}, entry->message, entry->severity);
  }

  EventLog log_;
  dom::parser parser_;
};

Claim sniff(const Head& head) {
  dom::parser parser;
  size_t entries = 0;
  size_t others = 0;
  for (const std::string_view line : head.lines(20)) {
    if (!trim(line).empty()) ++(parse_entry(line, parser) ? entries : others);
  }
  return entries > others ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<JsonLog>(sink); }

}  // namespace

extern const Decoder json_log_decoder;
const Decoder json_log_decoder{"json_log", "logs of one JSON object a line: Telegraf, InfluxDB and others", sniff,
                               open};

}  // namespace inquest::decode
