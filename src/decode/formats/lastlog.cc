// lastlog: when each user logged in last, one record for each user id. docs/formats/lastlog.md

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/cursor.h"
#include "decode/fixed_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kRecord = 292;
constexpr size_t kLine = 32;  // UT_LINESIZE

// struct lastlog of glibc (bits/utmp.h). Views into the record.
struct LastLogin {
  Ns time = 0;  // 0: never
  std::string_view line;
  std::string_view host;
};

// Nothing for bytes that no program writes there.
std::optional<LastLogin> parse_last_login(std::string_view bytes) {
  const auto seconds = Cursor(bytes).read<uint32_t>();
  const auto line = padded_text(bytes.substr(4, kLine));
  const auto host = padded_text(bytes.substr(36, 256));
  if (!seconds || !line || !host) return std::nullopt;
  // No terminal's name fills its field: without this, any long line of text would be a record.
  if (line->size() == kLine) return std::nullopt;
  const bool never = *seconds == 0 && line->empty() && host->empty();
  if (!never && (*seconds < 315'532'800 || line->empty())) return std::nullopt;  // 1980: older than any of these files
  return LastLogin{*seconds * kSecond, *line, *host};
}

class LastlogReader : public FixedReader {
 public:
  explicit LastlogReader(Sink& sink) : FixedReader(sink, kRecord) {}

 protected:
  void record(std::string_view bytes, const Place& place) override {
    if (bytes.find_first_not_of('\0') == std::string_view::npos) return;  // most of the file
    const auto login = parse_last_login(bytes);
    if (!login) {
      sink().problem(place, "a record that is none: its time or text is out of range");
      return;
    }
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("lastlog");
      fresh.clock = model::ClockDomain::Utc;
      stream_ = sink().open_stream(fresh);
    }
    const std::string text = fmt::format("last login of user {} on {}{}{}", place.offset / kRecord, login->line,
                                         login->host.empty() ? "" : " from ", login->host);
    EventRecord event;
    event.stream = *stream_;
    event.time = login->time;
    event.place = place;
    event.ident = sink().intern("lastlog");
    event.message = text;
    event.text_at = EventRecord::kStored;
    sink().event(event);
  }

 private:
  std::optional<model::StreamId> stream_;
};

Claim sniff(const Head& head) {
  if (head.bytes.size() < kRecord || (head.complete && head.bytes.size() % kRecord != 0)) return Claim::No;
  size_t logins = 0;
  for (size_t at = 0; at + kRecord <= head.bytes.size(); at += kRecord) {
    const auto login = parse_last_login(head.bytes.substr(at, kRecord));
    if (!login) return Claim::No;
    if (login->time != 0) ++logins;
  }
  return logins != 0 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<LastlogReader>(sink); }

}  // namespace

extern const Decoder lastlog_decoder;
const Decoder lastlog_decoder{"lastlog", "lastlog: the last login of each user", sniff, open};

}  // namespace inquest::decode
