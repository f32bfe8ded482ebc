// pstore_front: pstore's records other than the kernel's log: ftrace-*, the last functions that ran, and pmsg-*, what
// programs wrote to /dev/pmsg0. docs/formats/pstore_front.md
// Source: Linux fs/pstore/inode.c (pstore_ftrace_seq_show()), fs/pstore/ftrace.c, pmsg.c.
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/event_log.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

// "CPU:0 ts:12345 ffffffff81000000  ffffffff81000001  do_idle <- cpu_startup_entry+0x12/0x20": from "CPU:" on.
bool is_trace(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 6 && words[0].starts_with("CPU:") && words[1].starts_with("ts:") &&
         parse_int<uint64_t>(words[2], 16) && parse_int<uint64_t>(words[3], 16) &&
         line.find(" <- ") != std::string_view::npos;
}

class PstoreFront : public LineReader {
 public:
  explicit PstoreFront(Sink& sink)
      : LineReader(sink),
        traced_(sink, log_shape(sink, "pstore-ftrace", model::ClockDomain::None, model::Channel::Memory), "ftrace"),
        said_(sink, log_shape(sink, "pstore-pmsg", model::ClockDomain::None, model::Channel::Memory), "pmsg") {}

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    (is_trace(text) ? traced_ : said_).add(0, place, text, text, model::Severity::Unknown);
  }

  EventLog traced_;
  EventLog said_;
};

// What is in pmsg its programs chose; only its name tells what it is.
Claim sniff(const Head& head) {
  const auto first = head.lines(1);
  if (!first.empty() && is_trace(first[0])) return Claim::Certain;
  const bool text = head.bytes.substr(0, 4096).find('\0') == std::string_view::npos;
  return head.name.starts_with("pmsg-") && text && !trim(head.bytes).empty() ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PstoreFront>(sink); }

}  // namespace

extern const Decoder pstore_front_decoder;
const Decoder pstore_front_decoder{"pstore_front", "pstore's ftrace and pmsg records", sniff, open};

}  // namespace inquest::decode
