// apport: the short values of an apport report: what crashed, when, and on which system. docs/formats/apport.md
// Source: apport problem_report.py, report.py (add_os_info(), add_package_info()).
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/ctime_stamp.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 128 &&
         key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
             std::string_view::npos;
}

class Apport : public LineReader {
 public:
  explicit Apport(Sink& sink)
      : LineReader(sink),
        log_(sink, log_shape(sink, "apport", model::ClockDomain::LocalWall, model::Channel::Disk), "apport") {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto field = split_field(text);
    if (!field || !is_key(field->key)) return sink().problem(place, "a line that is no value of a report");
    if (++count_ > kMost) return sink().problem(place, "more values than are kept: the rest was left out");
    sink().fact({}, fmt::format("apport.{}", key_of(field->key)), field->value.substr(0, 512), place);
    if (field->key == "Uname") {
      // "Linux 6.8.0-31-generic x86_64"
      const auto words = split_blanks(field->value);
      if (words.size() >= 2 && words[0] == "Linux") sink().fact({}, "kernel.release", words[1].substr(0, 128), place);
    }
    if (field->key == "Date") {
      const auto time = parse_ctime_stamp(field->value).local;
      if (!time) return sink().problem(place, "a date that is none");
      log_.add(*time, place, {}, fmt::format("apport wrote a report: {}", field->value.substr(0, 64)),
               model::Severity::Error);
    }
  }

  static constexpr size_t kMost = 5000;
  EventLog log_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  bool problem = false;
  size_t known = 0;
  for (const std::string_view line : head.lines(200)) {
    const auto field = split_field(line);
    if (!field) continue;
    problem = problem || field->key == "ProblemType";
    if (field->key == "Architecture" || field->key == "DistroRelease" || field->key == "Date" ||
        field->key == "Uname" || field->key == "Package" || field->key == "ExecutablePath")
      ++known;
  }
  return problem && known >= 2 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Apport>(sink); }

}  // namespace

extern const Decoder apport_decoder;
const Decoder apport_decoder{"apport", "what an Ubuntu crash report says of itself", sniff, open};

}  // namespace inquest::decode
