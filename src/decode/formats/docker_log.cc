// docker_log: a container's own output as Docker's json-file driver keeps it, ID-json.log. docs/formats/docker_log.md
// Source: moby daemon/logger/jsonfilelog/jsonlog/jsonlog.go.
#include <string>

#include <simdjson.h>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

namespace dom = simdjson::dom;

bool looks_so(std::string_view line) {
  return line.starts_with("{\"log\":\"") && line.ends_with('}') && line.find("\"time\":\"") != std::string_view::npos;
}

class DockerLog : public LineReader {
 public:
  explicit DockerLog(Sink& sink)
      : LineReader(sink),
        log_(sink, log_shape(sink, "docker", model::ClockDomain::Utc, model::Channel::Disk, Precision::Nano),
             "container") {}

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    dom::element entry;
    std::string_view message;
    std::string_view stamp;
    const bool parsed = parser_.parse(content.data(), content.size()).get(entry) == simdjson::SUCCESS &&
                        entry["log"].get(message) == simdjson::SUCCESS && entry["time"].get(stamp) == simdjson::SUCCESS;
    if (!parsed) return sink().problem(place, "a line that is no entry of a container's log");
    const auto time = parse_iso_time(stamp);
    if (!time || !time->offset) return sink().problem(place, "an entry without a time");
    std::string_view stream;
    const bool error = entry["stream"].get(stream) == simdjson::SUCCESS && stream == "stderr";
    while (message.ends_with('\n') || message.ends_with('\r')) message.remove_suffix(1);
    // A record has a message: an empty line of the container's is kept as such.
    const std::string said = message.empty() ? "(empty line)" : std::string(message);
    log_.add(*time->utc(), place, {}, said, error ? model::Severity::Notice : model::Severity::Info);
  }

  EventLog log_;
  dom::parser parser_;
};

Claim sniff(const Head& head) {
  size_t entries = 0;
  size_t others = 0;
  for (const std::string_view line : head.lines(20)) {
    if (!trim(line).empty()) ++(looks_so(trim(line)) ? entries : others);
  }
  return entries > others ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<DockerLog>(sink); }

}  // namespace

extern const Decoder docker_log_decoder;
const Decoder docker_log_decoder{"docker_log", "a container's output, as Docker's json-file driver keeps it", sniff,
                                 open};

}  // namespace inquest::decode
