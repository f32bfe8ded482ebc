// ipmi_sel_file: SEL records in a binary file, as `ipmitool sel writeraw FILE` makes it: 16 bytes each.
// docs/formats/ipmi_sel_file.md Source: ipmitool lib/ipmi_sel.c (ipmi_sel_save_entries(), "writeraw").
#include "decode/event_log.h"
#include "decode/fixed_reader.h"
#include "decode/hardware_words.h"
#include "decode/sel_record.h"

namespace inquest::decode {
namespace {

constexpr size_t kRecord = 16;

class IpmiSelFile : public FixedReader {
 public:
  explicit IpmiSelFile(Sink& sink)
      : FixedReader(sink, kRecord),
        dated_(sink, log_shape(sink, "bmc", model::ClockDomain::LocalWall, model::Channel::Management), "bmc"),
        undated_(sink, log_shape(sink, "bmc", model::ClockDomain::None, model::Channel::Management), "bmc") {}

 private:
  void record(std::string_view bytes, const Place& place) override {
    const auto record = parse_sel_record(bytes);
    if (!record) return sink().problem(place, "bytes that are no record of the event log");
    const HardwareWords words = judge_hardware(record->text);
    EventLog& log = record->time ? dated_ : undated_;
    const auto id = log.add(record->time.value_or(0), place, {}, record->text, words.severity);
    if (words.telling) sink().landmark(model::LandmarkKind::HardwareEvent, id, record->text);
  }

  EventLog dated_;
  EventLog undated_;
};

Claim sniff(const Head& head) {
  constexpr size_t kLooks = 64;
  if (head.bytes.size() < kRecord || (head.complete && head.bytes.size() % kRecord != 0)) return Claim::No;
  size_t good = 0;
  size_t looked = 0;
  for (size_t at = 0; at + kRecord <= head.bytes.size() && looked < kLooks; at += kRecord, ++looked) {
    const auto record = parse_sel_record(head.bytes.substr(at, kRecord));
    if (!record) continue;
    // No controller kept a log before 1998, when the format came to be.
    if (record->type == 0x02 && record->time && *record->time >= 883'612'800 * kSecond) ++good;
  }
  return good != 0 && good * 4 >= looked * 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<IpmiSelFile>(sink); }

}  // namespace

extern const Decoder ipmi_sel_file_decoder;
const Decoder ipmi_sel_file_decoder{"ipmi_sel_file", "ipmitool sel writeraw: SEL records in a binary file", sniff,
                                    open};

}  // namespace inquest::decode
