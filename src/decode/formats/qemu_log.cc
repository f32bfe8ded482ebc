// qemu_log: /var/log/libvirt/qemu/GUEST.log: how a guest was started, what QEMU said, how it ended.
// docs/formats/qemu_log.md Source: libvirt src/qemu/qemu_process.c, qemu_log.c; QEMU util/qemu-error.c.
#include <optional>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

// "2026-01-31 23:16:58.123+0000: shutting down, reason=crashed", "2026-01-31T23:16:58.123456Z qemu-system-x86_64: ..."
std::optional<ParsedTime> stamp_of(std::string_view line, std::string_view& message) {
  const auto time = parse_iso_time(line);
  if (!time || !time->offset) return std::nullopt;
  std::string_view rest = line.substr(time->length);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  const size_t begin = rest.find_first_not_of(' ');
  if (begin == 0 || begin == std::string_view::npos) return std::nullopt;
  message = rest.substr(begin);
  return time;
}

bool of_libvirt(std::string_view message) {
  return message.starts_with("starting up libvirt version") || message.starts_with("shutting down") ||
         message.starts_with("qemu-") || message.starts_with("initiating migration") ||
         message.starts_with("starting up");
}

class QemuLog : public LineReader {
 public:
  explicit QemuLog(Sink& sink)
      : LineReader(sink),
        log_(sink, log_shape(sink, "qemu", model::ClockDomain::Utc, model::Channel::Disk, Precision::Milli), "qemu") {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    std::string_view message;
    const auto time = stamp_of(text, message);
    if (!time) {
      // The command line, and what QEMU prints without a time.
      if (last_) {
        sink().extend(*last_, place);
        return;
      }
      return sink().problem(place, "text before the first line with a time");
    }
    const bool bad = message.find("reason=crashed") != std::string_view::npos ||
                     message.find("error") != std::string_view::npos ||
                     message.find("terminating on signal") != std::string_view::npos ||
                     message.find("failed") != std::string_view::npos;
    last_ = log_.add(*time->utc(), place, text, message, bad ? model::Severity::Error : model::Severity::Info);
  }

  EventLog log_;
  std::optional<model::EventId> last_;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : head.lines()) {
    std::string_view message;
    if (stamp_of(line, message) && of_libvirt(message)) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<QemuLog>(sink); }

}  // namespace

extern const Decoder qemu_log_decoder;
const Decoder qemu_log_decoder{"qemu_log", "libvirt's log of a guest: its start, QEMU's words, its end", sniff, open};

}  // namespace inquest::decode
