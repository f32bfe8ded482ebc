// console: what a serial console, a BMC or a hypervisor captured: kernel lines, and between them whatever else was
// printed. docs/formats/console.md says how boots are told apart.

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/boot_breaks.h"
#include "decode/console_replay.h"
#include "decode/console_text.h"
#include "decode/kernel_line.h"
#include "decode/kernel_text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

using model::ClockDomain;
using model::Watch;

// A line, or the part of one that one writer wrote. `raw` begins at the place.
struct Part {
  std::string_view raw;
  Place place;
  std::optional<LoggerTime> logged;  // when somebody received it
};

// Parts that wait until it is clear which boot they belong to. Bounded: a gigabyte without a kernel line must not be
// kept.
class Waiting {
 public:
  struct Held {
    std::string text;
    Place place;
    std::optional<LoggerTime> logged;
    Part part() const { return {text, place, logged}; }
  };

  void push(const Part& part) {
    parts_.push_back({std::string(part.raw), part.place, part.logged});
    bytes_ += part.raw.size();
  }
  bool full() const { return parts_.size() >= 4096 || bytes_ >= (1 << 20); }
  std::deque<Held> take() {
    bytes_ = 0;
    return std::exchange(parts_, {});
  }

 private:
  std::deque<Held> parts_;
  size_t bytes_ = 0;
};

// A part without escapes and carriage returns, parsed. Views into the part or into `storage`.
struct Plain {
  std::string storage;
  std::string_view text;
  KernelLine kernel;

  explicit Plain(std::string_view raw) : text(raw) {
    if (raw.find_first_of("\x1b\r") != std::string_view::npos) {
      storage = without_escapes(raw);
      text = storage;
    }
    kernel = parse_kernel_line(text);
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  bool stamped() const { return kernel.stamp == KernelLine::Stamp::Uptime; }
};

class ConsoleReader : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  void line(std::string_view text, const Place& place) override {
    if (full_) return;
    const auto logged = parse_logger_time(text);
    // A kernel line may begin in the middle of somebody else's: each writer's part is a record of its own.
    for (size_t at = logged ? logged->length : 0; at < text.size();) {
      const size_t length = std::min(find_inner_stamp(text.substr(at)), text.size() - at);
      const size_t end = text.substr(at, length).find_last_not_of(" \r");
      if (end != std::string_view::npos) {
        part({text.substr(at, end + 1), {place.offset + at, static_cast<uint32_t>(end + 1), place.line}, logged});
      }
      at += length;
    }
  }

  void end() override {
    if (undecided_) another_boot();
    flush_unstamped();
  }

 private:
  void part(const Part& part) {
    const Plain plain(part.raw);
    if (trim(plain.text).empty()) return;
    if (undecided_) {
      decide_with(plain, part);
    } else if (!plain.stamped()) {
      wait_for_stamp(part);
    } else if (boots_.breaks(plain.kernel.time, plain.kernel.banner())) {
      undecided_ = true;
      known_ = unknown_ = 0;
      candidate_ = {};
      decide_with(plain, part);
    } else {
      stamped(plain, part);
    }
  }

  void wait_for_stamp(const Part& part) {
    unstamped_.push(part);
    if (unstamped_.full()) flush_unstamped();
  }

  void stamped(const Plain& plain, const Part& part) {
    const Ns time = plain.kernel.time;
    if (replaying_ && time <= boots_.latest()) {  // the old log, by somebody's hand
      wait_for_stamp(part);
      return;
    }
    replaying_ = false;
    if (boots_opened_ == 0) {
      // What stands before the first kernel line of the capture is its firmware's, if that line is one of the first.
      const bool opens = BootBreaks::opens(time, plain.kernel.banner());
      if (!opens) flush_unstamped();
      open_boot(part.place, part.logged);
    }
    flush_unstamped();
    boots_.note(time, plain.kernel.banner());
    replay_.saw(time, plain.kernel.message);
    if (clock_ == ClockDomain::Monotonic) time_ = time;
    record_kernel(plain, part);
  }

  // The log starts anew: gathers lines until they show whether it is another boot's or the same one printed again.
  void decide_with(const Plain& plain, const Part& part) {
    if (plain.stamped()) {
      const Ns time = plain.kernel.time;
      if (candidate_.breaks(time, plain.kernel.banner())) {  // the next one already
        another_boot();
        this->part(part);
        return;
      }
      const bool behind = !candidate_.empty() && boots_.latest() - candidate_.latest() > kMinute;
      if (behind && time > boots_.latest()) {  // on where the boot had been
        same_boot();
        this->part(part);
        return;
      }
      candidate_.note(time, plain.kernel.banner());
      const ConsoleReplay::Line line = replay_.look_up(time, plain.kernel.message);
      if (line == ConsoleReplay::Line::Known) ++known_;
      if (line == ConsoleReplay::Line::New) ++unknown_;
    }
    waiting_.push(part);
    if (known_ >= kKnownLines) {
      same_boot();
    } else if (unknown_ >= kUnknownLines || waiting_.full()) {
      another_boot();
    }
  }

  void another_boot() {
    undecided_ = false;
    replaying_ = false;
    // What was printed last by the old boot's programs is its own; from the firmware's first words on it is the new
    // one's.
    bool reset = false;
    boots_ = {};
    replay_.clear();
    for (const Waiting::Held& held : unstamped_.take()) {
      if (!reset && firmware_line(without_escapes(held.text))) {
        reset = true;
        open_boot(held.place, held.logged);
      }
      record_other(held.part());
    }
    const auto waiting = waiting_.take();
    if (!reset) open_boot(waiting.front().place, waiting.front().logged);
    for (const Waiting::Held& held : waiting) part(held.part());
  }

  void same_boot() {
    undecided_ = false;
    replaying_ = true;
    flush_unstamped();
    for (const Waiting::Held& held : waiting_.take()) record_other(held.part());
  }

  void flush_unstamped() {
    for (const Waiting::Held& held : unstamped_.take()) record_other(held.part());
  }

  void open_boot(const Place& place, const std::optional<LoggerTime>& logged) {
    if (boots_opened_ == kMostBoots) {
      full_ = true;
      sink().problem(place, fmt::format("more than {} boots: the rest was not read", kMostBoots));
      return;
    }
    ++boots_opened_;
    open_stream(logged ? (logged->utc ? ClockDomain::Utc : ClockDomain::LocalWall) : ClockDomain::Monotonic,
                logged ? logged->precision : Precision::Micro);
    if (logged) time_ = logged->time;
  }

  void open_stream(ClockDomain clock, Precision precision) {
    model::Stream fresh;
    fresh.source = sink().intern("console");
    fresh.clock = clock;
    fresh.precision = precision;
    fresh.channel = model::Channel::Console;
    fresh.watch = Watch::KernelLog | Watch::Shutdown | Watch::PanicCapture;
    stream_ = sink().open_stream(fresh);
    clock_ = clock;
    time_ = 0;
  }

  void record_kernel(const Plain& plain, const Part& part) {
    const KernelWriter writer = writer_of(plain.kernel);
    if (writer.ident == "systemd") set_host(hostname_set(writer.message));
    record(plain, part, writer.ident, writer.message, plain.kernel.severity);
  }

  // A line without a stamp of its own: it was printed after the last that has one.
  void record_other(const Part& part) {
    const Plain plain(part.raw);
    if (!stream_) open_stream(ClockDomain::None, Precision::Second);
    set_host(login_host(plain.text));
    if (const auto status = parse_status_line(plain.text)) {
      record(plain, part, "systemd", status->message, status->severity);
    } else {
      record(plain, part, "", plain.text, model::Severity::Unknown);
    }
  }

  // An initial RAM disk may have had another name: the last one counts.
  void set_host(std::string_view name) {
    if (!name.empty()) sink().stream(*stream_).host = sink().intern(name);
  }

  void record(const Plain& plain, const Part& part, std::string_view ident, std::string_view message,
              model::Severity severity) {
    if (full_) return;
    const bool wall = clock_ == ClockDomain::Utc || clock_ == ClockDomain::LocalWall;
    if (wall && part.logged) time_ = part.logged->time;
    const auto at = static_cast<size_t>(message.data() - plain.text.data());
    EventRecord event;
    event.stream = *stream_;
    event.time = time_;
    event.place = part.place;
    event.ident = sink().intern(ident);
    event.severity = severity;
    event.message = message;
    event.caller = plain.kernel.caller;
    event.text_at = static_cast<uint32_t>(plain.storage.empty() ? at : offset_with_escapes(part.raw, at));
    sink().event(event);
  }

  // One line may come at the same microsecond of two boots; three hardly do. A console shows less than the log holds if
  // the log level is low, so strange lines prove another boot only if there are many.
  static constexpr size_t kKnownLines = 3;
  static constexpr size_t kUnknownLines = 32;
  static constexpr size_t kMostBoots = 4096;

  std::optional<model::StreamId> stream_;  // of the boot, or of what precedes the first
  size_t boots_opened_ = 0;
  bool full_ = false;  // too many
  ClockDomain clock_ = ClockDomain::None;
  Ns time_ = 0;  // of the boot's last line that had one
  BootBreaks boots_;
  ConsoleReplay replay_;
  bool replaying_ = false;  // somebody prints the log of this boot again
  Waiting unstamped_;       // since the last stamped line

  bool undecided_ = false;  // the log starts anew
  Waiting waiting_;         // since then
  BootBreaks candidate_;    // among those
  size_t known_ = 0;        // lines among those that this boot had printed ...
  size_t unknown_ = 0;      // ... and that it had not
};

Claim sniff(const Head& head) {
  const KernelText text = classify_kernel_text(head);
  return text.kind == KernelTextKind::Console ? text.claim : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ConsoleReader>(sink); }

}  // namespace

extern const Decoder console_decoder;
const Decoder console_decoder{
    "console", "captures of a serial console: kernel lines among other output, boot after boot", sniff, open};

}  // namespace inquest::decode
