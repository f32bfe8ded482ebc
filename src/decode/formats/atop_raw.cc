// atop_raw: atop's binary logs, /var/log/atop/atop_YYYYMMDD: when it took its samples, and what stands beside them
// uncompressed. docs/formats/atop_raw.md Source: atop rawlog.h (struct rawheader, rawrecord).
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "decode/byte_walk.h"
#include "decode/decoder.h"
#include "decode/fixed_reader.h"

namespace inquest::decode {
namespace {

constexpr uint32_t kMagic = 0xFEEDBEEF;
constexpr uint32_t kMagicSwapped = 0xEFBEEDFE;
constexpr size_t kHeader = 426;  // up to the end of struct utsname
constexpr size_t kRecord = 92;
constexpr size_t kMostRecords = 1'000'000;
constexpr uint16_t kBoot = 0x20;  // RRBOOT: the figures are those since the boot

class AtopRaw {
 public:
  AtopRaw(Sink& sink, model::ByteSource& bytes, uint64_t size) : sink_(sink), bytes_(bytes, size) {}

  void run() {
    if (!header()) return;
    for (size_t count = 0; bytes_.left() != 0; ++count) {
      if (count == kMostRecords) return sink_.problem(here(0), "more samples than are read: the rest was left out");
      if (!record()) return;
    }
  }

 private:
  Place here(uint64_t length) const {
    return {bytes_.at(), static_cast<uint32_t>(std::min<uint64_t>({length, bytes_.left(), 1U << 20})), 0};
  }

  bool header() {
    const auto bytes = bytes_.take(kHeader);
    if (!bytes) return stop("the file ends within its header");
    // The version's upper bit says that it is one.
    const auto version = number_at<uint16_t>(*bytes, 4);
    version_ = fmt::format("{}.{}", (version >> 8) & 0x7F, version & 0xFF);
    sink_.fact({}, "atop.version", version_, {0, 6, 0});
    if (number_at<uint32_t>(*bytes, 0) == kMagicSwapped)
      return stop(
          fmt::format("atop {} of a machine of the other byte order wrote it; `atop -r FILE -P ALL` there prints text "
                      "that is read",
                      version_));
    const auto header_size = number_at<uint16_t>(*bytes, 10);
    record_size_ = number_at<uint16_t>(*bytes, 12);
    host_ = padded_text(bytes->substr(101, 65)).value_or("");
    const std::string_view release = padded_text(bytes->substr(166, 65)).value_or("");
    sink_.fact(host_, "atop.kernel", release, {166, static_cast<uint32_t>(release.size()), 0});
    if (header_size < kHeader || record_size_ < kRecord || record_size_ > 4096 || !bytes_.skip(header_size - kHeader))
      return stop(
          fmt::format("atop {} wrote it in a form that is not known; `atop -r FILE -P ALL` of that version prints "
                      "text that is read",
                      version_));
    model::Stream fresh;
    fresh.source = sink_.intern("atop");
    fresh.host = sink_.intern(host_);
    fresh.clock = model::ClockDomain::Utc;
    fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
    stream_ = sink_.open_stream(fresh);
    return true;
  }

  bool record() {
    const Place place = here(record_size_);
    const auto bytes = bytes_.take(record_size_);
    if (!bytes) return stop("the file ends within a sample");
    const auto seconds = number_at<uint64_t>(*bytes, 0);
    // 1980 to 2200: what lies outside is no sample, and neither is what follows.
    if (seconds < 315'532'800 || seconds > 7'258'118'400)
      return stop("bytes that are no sample, and what follows them");
    const Ns time = static_cast<Ns>(seconds) * kSecond;
    struct Figure {
      std::string_view measurement;
      std::string_view field;
      size_t at;
    };
    constexpr Figure kFigures[] = {
        {"processes", "total", 40},   {"processes", "running", 44}, {"processes", "sleeping", 48},
        {"processes", "blocked", 52}, {"processes", "zombies", 56}, {"atop", "interval", 24},
    };
    for (const Figure& figure : kFigures) {
      const auto value = number_at<uint32_t>(*bytes, figure.at);
      sink_.sample(sink_.series(sink_.intern(host_), figure.measurement, {}, figure.field, stream_), time, value,
                   place);
    }
    if ((number_at<uint16_t>(*bytes, 8) & kBoot) != 0) booted(time, place);
    // System, processes, control groups, processes of those: each compressed. Sums of four 32-bit numbers.
    const uint64_t length = uint64_t{number_at<uint32_t>(*bytes, 16)} + number_at<uint32_t>(*bytes, 20) +
                            number_at<uint32_t>(*bytes, 72) + number_at<uint32_t>(*bytes, 84);
    if (!bytes_.skip(length)) return stop("the file ends within a sample's figures");
    return true;
  }

  void booted(Ns time, const Place& place) {
    EventRecord event;
    event.stream = stream_;
    event.time = time;
    event.place = place;
    event.ident = sink_.intern("atop");
    event.message = "atop's first sample, of the time since the boot";
    event.text_at = EventRecord::kStored;
    sink_.event(event);
  }

  bool stop(std::string_view why) {
    sink_.problem(here(bytes_.left()), why);
    return false;
  }

  Sink& sink_;
  ByteWalk bytes_;
  std::string version_;
  std::string host_;
  size_t record_size_ = 0;
  model::StreamId stream_ = 0;
};

void study(Sink& sink, model::ByteSource& bytes, uint64_t size) { AtopRaw(sink, bytes, size).run(); }

Claim sniff(const Head& head) {
  const auto magic = number_at<uint32_t>(head.bytes, 0);
  const bool known = magic == kMagic || magic == kMagicSwapped;
  return known && head.bytes.size() >= kHeader ? Claim::Certain : Claim::No;
}

}  // namespace

extern const Decoder atop_raw_decoder;
const Decoder atop_raw_decoder{"atop_raw", "atop's binary logs: when it took its samples", sniff, nullptr, study};

}  // namespace inquest::decode
