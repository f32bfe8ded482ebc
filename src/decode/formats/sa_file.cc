// sa_file: sysstat's binary /var/log/sysstat/saDD: when sadc took its samples, and some of them.
// docs/formats/sa_file.md Source: sysstat sa.h (struct file_magic, file_header, file_activity, record_header),
// rd_stats.h; format 0x2175, 11.7.1 and newer, which describes the sizes of its own structures.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "decode/byte_walk.h"
#include "decode/decoder.h"
#include "decode/fixed_reader.h"

namespace inquest::decode {
namespace {

constexpr uint16_t kMagic = 0xD596;
constexpr uint16_t kMagicSwapped = 0x96D5;
constexpr uint16_t kFormat = 0x2175;
constexpr size_t kMagicSize = 76;
constexpr size_t kMostHeader = 8192;       // MAX_FILE_HEADER_SIZE
constexpr uint32_t kMostActivities = 256;  // MAX_NR_ACT
constexpr size_t kMostRecords = 1'000'000;
constexpr uint64_t kMostItems = 1U << 20;

// Of struct file_activity.
struct Activity {
  uint32_t id = 0;
  uint64_t items = 0;
  uint64_t sub_items = 0;
  bool counted = false;  // the number of items stands in front of them
  uint64_t size = 0;     // of one
  std::array<uint32_t, 3> types{};
};

enum RecordType : uint8_t { Stats = 1, Restart = 2, LastStats = 3, Comment = 4, ExtraMin = 5, ExtraMax = 15 };
enum ActivityId : uint32_t { Cpu = 1, Memory = 7, Queue = 9 };

// How the program that wrote the file is called: "12.6.1".
std::string version_of(std::string_view magic) {
  std::string out;
  for (size_t i = 4; i < 7; ++i) out += fmt::format("{}{}", i == 4 ? "" : ".", static_cast<uint8_t>(magic[i]));
  return out;
}

Place place_of(uint64_t at, uint64_t length) {
  return {at, static_cast<uint32_t>(std::min<uint64_t>(length, 1U << 20)), 0};
}

class SaFile {
 public:
  SaFile(Sink& sink, model::ByteSource& bytes, uint64_t size) : sink_(sink), bytes_(bytes, size) {}

  void run() {
    if (!header() || !activities()) return;
    open();
    size_t count = 0;
    while (bytes_.left() != 0) {
      if (++count > kMostRecords) return sink_.problem(here(), "more records than a day has: the rest was left out");
      if (!record()) return;
    }
  }

 private:
  Place here(uint64_t length = 0) const { return place_of(bytes_.at(), std::min(length, bytes_.left())); }

  // False, and said why, where the file can't be walked.
  bool header() {
    const auto magic = bytes_.take(kMagicSize);
    if (!magic || magic->size() < 8) return cut("its header");
    const auto format = number_at<uint16_t>(*magic, 2);
    version_ = version_of(*magic);
    sink_.fact({}, "sysstat.version", version_, place_of(0, 8));
    if (number_at<uint16_t>(*magic, 0) == kMagicSwapped)
      return explain("it was written by a machine of the other byte order");
    if (format != kFormat)
      return explain(
          fmt::format("its format 0x{:x} is not that of sysstat 11.7.1 and newer; `sadf -c` of a newer sysstat "
                      "converts it",
                      format));
    const auto header_size = number_at<uint32_t>(*magic, 8);
    const bool known = number_at<uint32_t>(*magic, 16) == 1 && number_at<uint32_t>(*magic, 20) == 1 &&
                       number_at<uint32_t>(*magic, 24) == 12;
    if (!known || header_size < 327 || header_size > kMostHeader)
      return explain("its header has a form that is not known");
    const auto header = bytes_.take(header_size);
    if (!header) return cut("its header");
    activities_.resize(std::min(number_at<uint32_t>(*header, 20), kMostActivities + 1));
    if (activities_.size() > kMostActivities) return explain("it names more activities than sysstat has");
    record_known_ = number_at<uint32_t>(*header, 40) == 2 && number_at<uint32_t>(*header, 44) == 0;
    activity_size_ = number_at<uint32_t>(*header, 52);
    record_size_ = number_at<uint32_t>(*header, 56);
    extra_ = number_at<uint32_t>(*header, 60) != 0;
    const bool sizes = activity_size_ >= 36 && activity_size_ <= 1024 && record_size_ >= 24 && record_size_ <= 512;
    if (!record_known_ || !sizes) return explain("its records have a form that is not known");
    host_ = padded_text(header->substr(132, 65)).value_or("");
    const std::string_view release = padded_text(header->substr(197, 65)).value_or("");
    sink_.fact(host_, "sysstat.kernel", release, place_of(kMagicSize + 197, release.size()));
    return true;
  }

  bool activities() {
    for (Activity& activity : activities_) {
      const auto bytes = bytes_.take(activity_size_);
      if (!bytes) return cut("its list of activities");
      activity.id = number_at<uint32_t>(*bytes, 0);
      activity.items = number_at<uint32_t>(*bytes, 8);
      activity.sub_items = number_at<uint32_t>(*bytes, 12);
      activity.counted = number_at<uint32_t>(*bytes, 16) != 0;
      activity.size = number_at<uint32_t>(*bytes, 20);
      for (size_t i = 0; i < 3; ++i) activity.types[i] = number_at<uint32_t>(*bytes, 24 + i * 4);
      if (activity.items > kMostItems || activity.sub_items > kMostItems || activity.size > 65'536)
        return explain("an activity has more items than a host");
    }
    return !extra_ || skip_extra();
  }

  // Structures of newer versions, described by struct extra_desc.
  bool skip_extra() {
    for (size_t i = 0; i < 64; ++i) {
      const auto desc = bytes_.take(24);
      if (!desc) return cut("extra structures");
      const uint64_t count = number_at<uint32_t>(*desc, 0);
      const uint64_t size = number_at<uint32_t>(*desc, 4);
      const bool more = number_at<uint32_t>(*desc, 8) != 0;
      if (count > 8192 || size > 1024 || !bytes_.skip(count * size)) return cut("extra structures");
      if (!more) return true;
    }
    return explain("it has more extra structures than any version");
  }

  void open() {
    model::Stream fresh;
    fresh.source = sink_.intern("sadc");
    fresh.host = sink_.intern(host_);
    fresh.clock = model::ClockDomain::Utc;
    fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
    stream_ = sink_.open_stream(fresh);
  }

  bool record() {
    const uint64_t begin = bytes_.at();
    const auto header = bytes_.take(record_size_);
    if (!header) return cut("a record's header");
    const auto uptime = number_at<uint64_t>(*header, 0);
    const auto seconds = number_at<uint64_t>(*header, 8);
    const bool extra = number_at<uint32_t>(*header, 16) != 0;
    const auto type = static_cast<uint8_t>((*header)[20]);
    // 1980 to 2200: what lies outside is no record, and neither is what follows.
    if (type < Stats || type > ExtraMax || seconds < 315'532'800 || seconds > 7'258'118'400)
      return lost(begin, "bytes that are no record, and what follows them");
    const Ns time = static_cast<Ns>(seconds) * kSecond;
    const Place place = place_of(begin, record_size_);
    if (type == Stats || type == LastStats) {
      sample("system", "uptime", time, static_cast<double>(uptime / 100), place);
      for (const Activity& activity : activities_) {
        if (!statistics(activity, time)) return cut("a sample");
      }
    } else if (type == Restart) {
      event(time, place, "LINUX RESTART: the host had booted, as sysstat's service says when it starts");
      if (!bytes_.skip(4)) return cut("a restart");
    } else if (type == Comment) {
      const auto comment = bytes_.take(64);
      if (!comment) return cut("a comment");
      event(time, place, fmt::format("comment: {}", comment->substr(0, comment->find('\0'))));
    }
    return !extra || skip_extra();
  }

  bool statistics(const Activity& activity, Ns time) {
    uint64_t items = activity.items;
    if (activity.counted) {
      const auto count = bytes_.take(4);
      if (!count) return false;
      items = number_at<uint32_t>(*count, 0);
    }
    // Each below 2^20 and 2^16: the product fits.
    if (items > kMostItems) return false;
    const uint64_t length = items * std::max<uint64_t>(activity.sub_items, 1);
    if (length > kMostItems) return false;
    const uint64_t begin = bytes_.at();
    const uint64_t size = length * activity.size;
    if (size > bytes_.left()) return false;
    const size_t least = activity.types[0] * size_t{8};
    if (items != 0 && activity.size >= least) {
      if (activity.id == Cpu && activity.types[0] >= 10) {
        if (!cpu(activity, time)) return false;
      } else if (activity.id == Memory && activity.types[0] >= 17) {
        if (!memory(activity, time)) return false;
      } else if (activity.id == Queue && activity.types[0] >= 3 && activity.types[2] >= 3) {
        if (!queue(activity, time)) return false;
      }
    }
    return bytes_.skip(begin + size - bytes_.at());
  }

  // The first item is all CPUs together: user, nice, system, idle, iowait, steal, hardirq, softirq, ... in jiffies.
  bool cpu(const Activity& activity, Ns time) {
    constexpr std::array<std::string_view, 8> kFields = {"usage_user", "usage_nice",   "usage_system",
                                                         "usage_idle", "usage_iowait", "usage_steal",
                                                         "usage_irq",  "usage_softirq"};
    const Place place = here(activity.size);
    const auto bytes = bytes_.take(activity.size);
    if (!bytes) return false;
    std::array<uint64_t, 8> now{};
    uint64_t total = 0;
    bool forward = true;
    for (size_t i = 0; i < now.size(); ++i) {
      now[i] = number_at<uint64_t>(*bytes, i * 8);
      forward = forward && last_cpu_ && now[i] >= (*last_cpu_)[i] && now[i] - (*last_cpu_)[i] < (1ULL << 40);
      if (forward) total += now[i] - (*last_cpu_)[i];
    }
    for (size_t i = 0; forward && total != 0 && i < now.size(); ++i) {
      sample("cpu", kFields[i], time, 100 * static_cast<double>(now[i] - (*last_cpu_)[i]) / static_cast<double>(total),
             place);
    }
    last_cpu_ = now;
    return true;
  }

  bool memory(const Activity& activity, Ns time) {
    struct Figure {
      std::string_view field;
      size_t at;  // which of the "long long"s, all in KiB
    };
    constexpr Figure kFigures[] = {{"free", 0},      {"buffered", 1},   {"cached", 2},       {"total", 3},
                                   {"swap_free", 4}, {"swap_total", 5}, {"committed_as", 7}, {"dirty", 10},
                                   {"slab", 12},     {"available", 16}};
    const Place place = here(activity.size);
    const auto bytes = bytes_.take(activity.size);
    if (!bytes) return false;
    for (const Figure& figure : kFigures)
      sample("mem", figure.field, time, 1024 * static_cast<double>(number_at<uint64_t>(*bytes, figure.at * 8)), place);
    return true;
  }

  bool queue(const Activity& activity, Ns time) {
    const Place place = here(activity.size);
    const auto bytes = bytes_.take(activity.size);
    if (!bytes) return false;
    sample("processes", "running", time, static_cast<double>(number_at<uint64_t>(*bytes, 0)), place);
    sample("processes", "blocked", time, static_cast<double>(number_at<uint64_t>(*bytes, 8)), place);
    sample("processes", "total_threads", time, static_cast<double>(number_at<uint64_t>(*bytes, 16)), place);
    const size_t loads = activity.types[0] * size_t{8};
    constexpr std::array<std::string_view, 3> kLoads = {"load1", "load5", "load15"};
    for (size_t i = 0; i < kLoads.size(); ++i)
      sample("system", kLoads[i], time, static_cast<double>(number_at<uint32_t>(*bytes, loads + i * 4)) / 100, place);
    return true;
  }

  void sample(std::string_view measurement, std::string_view field, Ns time, double value, const Place& place) {
    sink_.sample(sink_.series(sink_.intern(host_), measurement, {}, field, stream_), time, value, place);
  }

  void event(Ns time, const Place& place, std::string_view text) {
    EventRecord event;
    event.stream = stream_;
    event.time = time;
    event.place = place;
    event.ident = sink_.intern("sadc");
    event.message = text;
    event.text_at = EventRecord::kStored;
    sink_.event(event);
  }

  bool cut(std::string_view what) {
    sink_.problem(here(bytes_.left()), fmt::format("the file ends within {}", what));
    return false;
  }
  bool lost(uint64_t at, std::string_view what) {
    sink_.problem(place_of(at, 1), what);
    return false;
  }
  bool explain(std::string_view why) {
    sink_.problem(place_of(0, 8),
                  fmt::format("sysstat {} wrote this file, and {}; `sadf -j FILE -- -A` on its host makes "
                              "JSON that is read",
                              version_, why));
    return false;
  }

  Sink& sink_;
  ByteWalk bytes_;
  std::string version_;
  std::string host_;
  std::vector<Activity> activities_;
  size_t activity_size_ = 0;
  size_t record_size_ = 0;
  bool record_known_ = false;
  bool extra_ = false;
  model::StreamId stream_ = 0;
  std::optional<std::array<uint64_t, 8>> last_cpu_;
};

void study(Sink& sink, model::ByteSource& bytes, uint64_t size) { SaFile(sink, bytes, size).run(); }

Claim sniff(const Head& head) {
  if (head.bytes.size() < kMagicSize) return Claim::No;
  const auto magic = number_at<uint16_t>(head.bytes, 0);
  const auto format = number_at<uint16_t>(head.bytes, 2);
  const bool here = magic == kMagic && format >= 0x2160 && format <= 0x21FF;
  const bool swapped = magic == kMagicSwapped && (format & 0xFF) == 0x21;
  return here || swapped ? Claim::Certain : Claim::No;
}

}  // namespace

extern const Decoder sa_file_decoder;
const Decoder sa_file_decoder{"sa_file", "sysstat's binary saDD files: sadc's samples", sniff, nullptr, study};

}  // namespace inquest::decode
