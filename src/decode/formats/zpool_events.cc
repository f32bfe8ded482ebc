// `zpool events`, short and with -v: what ZFS has to say of its devices since the module was loaded.
// Source: OpenZFS cmd/zpool/zpool_main.c, zpool_do_events_short() and zpool_do_events_nvprint() (2.3).
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Headline {
  Ns time = 0;  // civil time
  size_t message = 0;
};

// "Jan  8 2026 16:37:47.123456789 ereport.fs.zfs.checksum"
std::optional<Headline> headline(std::string_view line) {
  if (line.size() < 32 || line[3] != ' ' || line[6] != ' ' || line[11] != ' ' || line[20] != '.') return std::nullopt;
  Civil civil;
  civil.month = month_from_name(line.substr(0, 3));
  const auto number = [&](size_t at, size_t length) {
    return parse_int<int>(trim(line.substr(at, length))).value_or(-1);
  };
  civil.day = number(4, 2);
  civil.year = number(7, 4);
  civil.hour = number(12, 2);
  civil.minute = number(15, 2);
  civil.second = number(18, 2);
  const auto fraction = parse_int<Ns>(line.substr(21, 9));
  if (civil.month == 0 || civil.year < 0 || civil.hour < 0 || civil.minute < 0 || civil.second < 0 || civil.day < 0 ||
      !fraction || *fraction < 0)
    return std::nullopt;
  civil.fraction = *fraction;
  const auto time = from_civil(civil);
  if (!time || (line[30] != ' ' && line[30] != '\t')) return std::nullopt;
  return Headline{*time, 31};
}

class ZpoolEvents : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    if (const auto head = headline(text)) return begin(text, *head, place);
    if (last_ && (text.starts_with(' ') || text.starts_with('\t'))) {
      sink().extend(*last_, place);
      return;
    }
    if (content.starts_with("TIME") || parse_shell_prompt(text)) return;
    sink().problem(place, "neither an event nor a field of one");
  }

  void begin(std::string_view text, const Headline& head, const Place& place) {
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("zpool");
      fresh.clock = model::ClockDomain::LocalWall;
      fresh.precision = Precision::Nano;
      fresh.channel = model::Channel::Memory;
      stream_ = sink().open_stream(fresh);
    }
    EventRecord event;
    event.stream = *stream_;
    event.time = head.time;
    event.place = place;
    event.ident = sink().intern("zfs");
    event.message = text.substr(head.message);
    event.text_at = static_cast<uint32_t>(head.message);
    const bool error = event.message.starts_with("ereport.");
    event.severity = error ? model::Severity::Error : model::Severity::Info;
    last_ = sink().event(event);
    if (error) sink().landmark(model::LandmarkKind::StorageError, *last_, event.message);
  }

  std::optional<model::StreamId> stream_;
  std::optional<model::EventId> last_;
};

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t zfs = 0;
  for (const std::string_view line : head.lines(200)) {
    const auto found = headline(line);
    if (!found) continue;
    ++known;
    const std::string_view name = line.substr(found->message);
    if (name.starts_with("ereport.fs.zfs.") || name.starts_with("sysevent.fs.zfs.") ||
        name.starts_with("resource.fs.zfs."))
      ++zfs;
  }
  return zfs != 0 && zfs * 2 > known ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ZpoolEvents>(sink); }

}  // namespace

extern const Decoder zpool_events_decoder;
const Decoder zpool_events_decoder = {"zpool_events", "zpool events: errors that ZFS met, with every detail", sniff,
                                      open};

}  // namespace inquest::decode
