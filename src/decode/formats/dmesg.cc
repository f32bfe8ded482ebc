// dmesg: the kernel's log buffer as `dmesg` prints it, as /dev/kmsg gives it, and as pstore kept it of a kernel that
// died. docs/formats/dmesg.md has the forms.

#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "decode/boot_breaks.h"
#include "decode/console_text.h"
#include "decode/kernel_line.h"
#include "decode/kernel_text.h"
#include "decode/line_reader.h"
#include "decode/pstore_name.h"
#include "decode/shell_prompt.h"
#include "decode/year_counter.h"

namespace inquest::decode {
namespace {

using model::ClockDomain;
using model::Watch;
using Stamp = KernelLine::Stamp;

// Whether the file's name says that it was kept of a kernel that died: pstore's records (fs/pstore/inode.c), and what
// makedumpfile --dump-dmesg is told to write by every distribution's kdump.
bool kept_by_name(std::string_view name) {
  return name.starts_with("dmesg-ramoops") || name.starts_with("dmesg-efi") || name.starts_with("dmesg-erst") ||
         name.starts_with("dmesg-nvme") || name.starts_with("dmesg-pstore_blk") ||
         name.starts_with("console-ramoops") || name.starts_with("vmcore-dmesg");
}

class DmesgReader : public LineReader {
 public:
  explicit DmesgReader(Sink& sink) : LineReader(sink), kept_(kept_by_name(sink.file_name())) {}

 protected:
  void line(std::string_view text, const Place& place) override {
    if (full_ || trim(text).empty()) return;
    if (pstore_line(text, place)) return;
    if (text.find('\x1b') == std::string_view::npos) {
      kernel_line(text, text, place);
    } else {  // `dmesg --color=always`
      const std::string plain = without_escapes(text);
      kernel_line(plain, text, place);
    }
  }

 private:
  void end() override { end_record(); }

  // What pstore puts around a record. True where it was that.
  bool pstore_line(std::string_view text, const Place& place) {
    if (const auto header = pstore_header(text)) {
      end_record();
      kept_ = true;
      part_begins_ = true;
      sink().fact("", "pstore.record", text, place);
      begin_record(*header);
      return true;
    }
    if (pstore_part_name(text)) {
      end_record();
      name_ = text.substr(0, text.size() - 1);
      return true;
    }
    if (!kept_ || !ecc_note(text)) return false;
    if (text.find(" unrecoverable blocks") != std::string_view::npos &&
        text.find(", 0 unrecoverable") == std::string_view::npos) {
      sink().problem(place, fmt::format("memory kept the record only in part ({})", printable(text)));
    }
    return true;
  }

  // "ECC: No errors detected", "ECC: 3 Corrected bytes, 1 unrecoverable blocks" (fs/pstore/ram_core.c), before v5.2
  // without the first word.
  static bool ecc_note(std::string_view text) {
    return text.starts_with("ECC: ") || text == "No errors detected" || text.ends_with(" unrecoverable blocks");
  }

  // The parts of one dump lie in one folder, as files or within one, and have its count; what the name tells of their
  // time keeps dumps of several boots apart.
  void begin_record(const PstoreHeader& header) {
    const std::string_view path = sink().into().evidence[sink().evidence()].path;
    const std::string_view name = name_.empty() ? sink().file_name() : std::string_view(name_);
    const auto parsed = parse_pstore_name(name, header.count, header.part);
    dump_ = sink().intern(fmt::format("{}{}#{} {}", path.substr(0, path.rfind('/') + 1), header.reason, header.count,
                                      parsed ? parsed->moment : 0));
    // Part 1 is written first and ends with the last line of all.
    written_ = parsed && header.part == 1 ? parsed->written : std::nullopt;
    name_.clear();
  }

  void end_record() {
    if (written_ && last_ && clock_ == ClockDomain::Monotonic) {
      sink().landmark(model::LandmarkKind::DumpWritten, *last_, {}, *written_);
    }
    written_.reset();
  }

  // `plain` is the line without escapes, `raw` as it stands in the evidence.
  void kernel_line(std::string_view plain, std::string_view raw, const Place& place) {
    KernelLine kernel = parse_kernel_line(plain);
    if (!kernel.prefixed()) {
      continuation(kernel, plain, raw, place);
      return;
    }
    if (kernel.stamp == Stamp::Unread) {
      sink().problem(place, "dates in a language that is not known: only the order of lines is kept");
    }
    set_time(kernel);
    if (full_) {
      sink().problem(place, fmt::format("more than {} boots or clocks: the rest was not read", kMostStreams));
      return;
    }
    in_records_ = kernel.record;
    severity_ = kernel.severity;
    record(kernel, plain, raw, place);
  }

  // Moves to the stream that the stamp belongs to, and to the time on it.
  void set_time(const KernelLine& kernel) {
    switch (kernel.stamp) {
      case Stamp::Uptime:
        use(ClockDomain::Monotonic, kernel.precision, false, kernel.time, kernel.banner());
        time_ = kernel.time;
        break;
      case Stamp::Wall: {
        const ClockDomain clock = kernel.offset ? ClockDomain::Utc : ClockDomain::LocalWall;
        const Ns time = kernel.time - kernel.offset.value_or(0);
        use(clock, kernel.precision, false, time, kernel.banner());
        time_ = time;
        break;
      }
      case Stamp::Minute:
        use(ClockDomain::LocalWall, Precision::Minute, true, kernel.time, kernel.banner());
        time_ = years_.raw(kernel.time).value_or(kernel.time);
        break;
      case Stamp::Delta:
        if (stream_ && yearless_) {
          time_ = checked_add(time_, kernel.time).value_or(time_);
        } else {
          use(ClockDomain::None, Precision::Second, false, 0, kernel.banner());
        }
        break;
      case Stamp::Unread: use(ClockDomain::None, Precision::Second, false, 0, kernel.banner()); break;
      case Stamp::None:
        if (!stream_ || clock_ == ClockDomain::None)
          use(ClockDomain::None, Precision::Second, false, 0, kernel.banner());
        break;
    }
  }

  void use(ClockDomain clock, Precision precision, bool yearless, Ns time, bool banner) {
    const bool same = stream_ && clock_ == clock && yearless_ == yearless && precision_ == precision;
    // Only a clock that starts with the boot says anything when it falls back, except across two parts of pstore: the
    // second may be the older one.
    const bool monotonic = clock == ClockDomain::Monotonic;
    const bool breaks = same && (monotonic ? boots_.breaks(time, banner) || (part_begins_ && time < boots_.latest())
                                           : boots_.breaks(0, banner));
    if (!same || breaks) {
      if (opened_ == kMostStreams) {
        full_ = true;
        return;
      }
      ++opened_;
      model::Stream fresh;
      fresh.source = sink().intern(kept_ ? "pstore" : "dmesg");
      fresh.host = prompt_host_;
      fresh.dump = dump_;
      fresh.clock = clock;
      fresh.precision = precision;
      fresh.yearless = yearless;
      fresh.channel = kept_ ? model::Channel::Disk : model::Channel::Memory;
      fresh.watch = kept_ ? Watch::KernelLog | Watch::PanicCapture : Watch::KernelLog;
      stream_ = sink().open_stream(fresh);
      clock_ = clock;
      precision_ = precision;
      yearless_ = yearless;
      boots_ = {};
      time_ = 0;
      years_ = {};
    }
    boots_.note(monotonic ? time : 0, banner);
    part_begins_ = false;
  }

  // A further line of a message of several lines, or a field of a record of /dev/kmsg.
  void continuation(KernelLine& kernel, std::string_view plain, std::string_view raw, const Place& place) {
    if (const auto prompt = parse_shell_prompt(plain); prompt && !prompt->host.empty()) {  // "root@pve1:~# dmesg"
      prompt_host_ = sink().intern(prompt->host);
      return;
    }
    if (!stream_) {
      sink().problem(place, "a line before the first kernel line");
      return;
    }
    if (in_records_ && plain.starts_with(' ') && last_) {
      sink().extend(*last_, place);
      return;
    }
    kernel.message.remove_prefix(std::min(kernel.message.find_first_not_of(' '), kernel.message.size()));
    kernel.severity = severity_;
    kernel.facility = 0;
    record(kernel, plain, raw, place);
  }

  void record(const KernelLine& kernel, std::string_view plain, std::string_view raw, const Place& place) {
    const KernelWriter writer = writer_of(kernel);
    // An initial RAM disk may have had another name: the last one counts.
    if (const std::string_view host = writer.ident == "systemd" ? hostname_set(writer.message) : ""; !host.empty()) {
      sink().stream(*stream_).host = sink().intern(host);
    }
    const auto at = static_cast<size_t>(writer.message.data() - plain.data());
    EventRecord event;
    event.stream = *stream_;
    event.time = time_;
    event.place = place;
    event.ident = sink().intern(writer.ident);
    event.severity = kernel.severity;
    event.message = writer.message;
    event.caller = kernel.caller;
    event.text_at = static_cast<uint32_t>(plain.size() == raw.size() ? at : offset_with_escapes(raw, at));
    last_ = sink().event(event);
  }

  static constexpr size_t kMostStreams = 4096;

  bool kept_;                  // of a kernel that died, by pstore or a crash kernel
  std::string name_;           // of the record, where a line in front of it tells it
  model::StrId dump_ = 0;      // that the record is a part of
  std::optional<Ns> written_;  // the record's time, as its name tells it
  bool part_begins_ = false;   // the next line is the first of a record of pstore
  bool in_records_ = false;    // the last line was a record of /dev/kmsg
  model::Severity severity_ = model::Severity::Unknown;
  std::optional<model::EventId> last_;
  model::StrId prompt_host_ = 0;  // of the shell that dmesg was run in

  size_t opened_ = 0;
  bool full_ = false;  // too many
  std::optional<model::StreamId> stream_;
  ClockDomain clock_ = ClockDomain::None;
  Precision precision_ = Precision::Second;
  bool yearless_ = false;
  BootBreaks boots_;
  Ns time_ = 0;        // of the last line, on the stream's clock
  YearCounter years_;  // Minute
};

Claim sniff(const Head& head) {
  const KernelText text = classify_kernel_text(head);
  return text.kind == KernelTextKind::Dmesg ? text.claim : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<DmesgReader>(sink); }

}  // namespace

extern const Decoder dmesg_decoder;
const Decoder dmesg_decoder{"dmesg", "the kernel's log: dmesg in all its forms, /dev/kmsg, records of pstore", sniff,
                            open};

}  // namespace inquest::decode
