// `zpool status`: the state of each pool and of its devices, the last scrub, and what is damaged for good.
// Source: OpenZFS cmd/zpool/zpool_main.c, status_callback(), print_scan_scrub_resilver_status(), print_error_log();
// lib/libzfs/libzfs_pool.c, zpool_obj_to_path() (2.3).
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/ctime_stamp.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostObjects = 10'000;

constexpr std::array<std::string_view, 9> kKeys = {"pool", "state",  "status", "action", "see",
                                                   "scan", "config", "errors", "remove"};

struct Labelled {
  std::string_view key;  // of kKeys
  std::string_view value;
};

// "  state: DEGRADED": one of the keys, at most nine blanks before it.
std::optional<Labelled> labelled(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view key = trim(line.substr(0, colon));
  const auto* const known = std::ranges::find(kKeys, key);
  if (known == kKeys.end()) return std::nullopt;
  return Labelled{*known, trim(line.substr(colon + 1))};
}

bool is_state(std::string_view word) {
  static constexpr std::array<std::string_view, 9> kStates = {"ONLINE",  "DEGRADED", "FAULTED", "OFFLINE", "UNAVAIL",
                                                              "REMOVED", "SPLIT",    "AVAIL",   "INUSE"};
  return std::ranges::find(kStates, word) != kStates.end();
}

// "rpool/data/vm-200-disk-0:<0x1>", "rpool/data@snap:/a file", "/rpool/data/a file", "<metadata>:<0x3d>",
// "<0x2a>:<0x1>".
bool is_object(std::string_view text) {
  if (text.starts_with('/')) return true;
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && colon != 0 && colon + 1 < text.size() &&
         (text[colon + 1] == '<' || text[colon + 1] == '/') &&
         text.substr(0, colon).find(' ') == std::string_view::npos;
}

std::string_view pool_of(std::string_view object) {
  if (object.starts_with('/') || object.starts_with('<')) return {};
  return object.substr(0, object.find_first_of("/@:"));
}

class ZpoolStatus : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    if (const auto known = labelled(text)) {
      label(*known, place);
    } else if (const auto prompt = parse_shell_prompt(text)) {
      if (!prompt->host.empty()) host_ = prompt->host;
      if (!prompt->command.empty()) sink().fact(host_, "command", prompt->command.substr(0, 512), place);
      key_ = {};
    } else if (content == "no pools available" || content.starts_with("zpool status")) {
      key_ = {};
    } else if (key_ == "errors") {
      object(content, place);
    } else if (key_ == "config") {
      device(content, place);
    } else if (key_.empty()) {
      sink().problem(place, "not part of what zpool status prints");
    }
    // What else follows a key goes on with its sentence, of which the first line says enough.
  }

  void label(const Labelled& known, const Place& place) {
    key_ = known.key;
    if (key_ == "pool") pool_ = known.value;
    if (known.value.empty() || key_ == "config") return;
    if (key_ == "pool") return sink().fact(host_, "zpool.pool", pool_, place);
    fact(key_, known.value, place);
    if (key_ == "scan") scan(known.value, place);
  }

  void fact(std::string_view key, std::string_view value, const Place& place) {
    sink().fact(host_, fmt::format("zpool.{}", key),
                pool_.empty() ? std::string(value) : fmt::format("{} {}", pool_, value), place);
  }

  // "scrub repaired 0B in 00:10:11 with 0 errors on Sun Jan 11 00:34:12 2026": the end of it is an event.
  void scan(std::string_view value, const Place& place) {
    const auto stamp = parse_ctime_stamp(value.substr(std::min(value.size(), date_at(value))));
    if (!stamp.local) return;
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("zpool");
      fresh.host = sink().intern(host_);
      fresh.clock = model::ClockDomain::LocalWall;
      stream_ = sink().open_stream(fresh);
    }
    EventRecord event;
    event.stream = *stream_;
    event.time = *stamp.local;
    event.place = place;
    event.ident = sink().intern("zpool");
    event.message = value;
    event.text_at = place.length - static_cast<uint32_t>(std::min<size_t>(value.size(), place.length));
    sink().event(event);
  }

  static size_t date_at(std::string_view value) {
    for (const std::string_view word : {" on ", " since "}) {
      if (const size_t at = value.rfind(word); at != std::string_view::npos) return at + word.size();
    }
    return value.size();
  }

  // "nvme-eui.002538545142628c-part3  ONLINE       0     0    24  (repairing)"
  void device(std::string_view content, const Place& place) {
    const auto words = split_blanks(content);
    if (words.size() < 2 || !is_state(words[1])) return;  // the heading, "logs", "spares"
    std::string value(words[0]);
    for (size_t i = 1; i < std::min<size_t>(words.size(), 5); ++i) value += fmt::format(" {}", words[i]);
    fact("vdev", value, place);
  }

  void object(std::string_view content, const Place& place) {
    if (!is_object(content)) return;
    if (++objects_ > kMostObjects)
      return sink().problem(place, fmt::format("more than {} damaged objects: the rest is counted only", kMostObjects));
    if (pool_.empty()) pool_ = pool_of(content);
    sink().fact(host_, "zpool.object", content, place);
  }

  std::string host_;
  std::string pool_;
  std::string_view key_;  // of kKeys, or empty
  std::optional<model::StreamId> stream_;
  size_t objects_ = 0;
};

Claim sniff(const Head& head) {
  bool pool = false;
  bool state = false;
  bool damage = false;
  bool first = true;
  for (const std::string_view line : head.lines(100)) {
    const auto known = labelled(line);
    // A report may hold this among other things: that is another decoder's.
    if (!known && first && !trim(line).empty() && !parse_shell_prompt(line)) return Claim::No;
    if (known) first = false;
    if (!known) continue;
    pool = pool || known->key == "pool";
    state = state || known->key == "state" || known->key == "scan";
    damage = damage || (known->key == "errors" && (known->value.starts_with("Permanent errors have been detected") ||
                                                   known->value == "No known data errors"));
  }
  return (pool && state) || damage ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ZpoolStatus>(sink); }

}  // namespace

extern const Decoder zpool_status_decoder;
const Decoder zpool_status_decoder = {"zpool_status", "zpool status: pools, devices, scrubs, damaged objects", sniff,
                                      open};

}  // namespace inquest::decode
