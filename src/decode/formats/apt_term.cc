// apt_term: what dpkg printed while apt ran it, /var/log/apt/term.log. docs/formats/apt_term.md

#include <array>
#include <optional>

#include "base/text.h"
#include "decode/apt_date.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kStarted = "Log started: ";
constexpr std::string_view kEnded = "Log ended: ";

class AptTermReader : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  void line(std::string_view text, const Place& place) override {
    auto time = parse_apt_date(text, kStarted);
    if (!time) time = parse_apt_date(text, kEnded);
    if (time) {
      record(text, *time, place);
    } else if (last_ && !trim(text).empty()) {
      sink().extend(*last_, place);
    }
  }

 private:
  void record(std::string_view text, Ns time, const Place& place) {
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("apt");
      fresh.clock = model::ClockDomain::LocalWall;
      stream_ = sink().open_stream(fresh);
    }
    EventRecord event;
    event.stream = *stream_;
    event.time = time;
    event.place = place;
    event.ident = sink().intern("apt");
    event.message = text;
    last_ = sink().event(event);
  }

  std::optional<model::StreamId> stream_;
  std::optional<model::EventId> last_;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : head.lines()) {
    if (!trim(line).empty()) return parse_apt_date(line, kStarted) ? Claim::Certain : Claim::No;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<AptTermReader>(sink); }

}  // namespace

extern const Decoder apt_term_decoder;
const Decoder apt_term_decoder{"apt_term", "apt's term.log: what dpkg printed", sniff, open};

}  // namespace inquest::decode
