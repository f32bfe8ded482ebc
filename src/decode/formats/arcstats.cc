// /proc/spl/kstat/zfs/arcstats: the figures of ZFS' cache at one moment. One fact a figure.
// Source: OpenZFS module/os/linux/spl/spl-kstat.c (kstat_seq_show_headers(), kstat_seq_show_named()).
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostFigures = 1000;

// "name                            type data"
bool is_heading(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() == 3 && words[0] == "name" && words[1] == "type" && words[2] == "data";
}

// "13 1 0x01 147 39984 7315342340 1136410245221": id, type, flags, entries, size, made and read at (ns of uptime).
bool is_header(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() == 7 && words[2].starts_with("0x") && parse_int<uint64_t>(words[6]).has_value();
}

class Arcstats : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty() || is_heading(text)) return;
    if (is_header(text)) return sink().fact(host_, "zfs.arcstats.uptime_ns", split_blanks(text)[6], place);
    if (const auto prompt = parse_shell_prompt(text)) {
      host_ = prompt->host;
      return;
    }
    const auto words = split_blanks(text);
    if (words.size() != 3 || !parse_int<uint64_t>(words[2])) return sink().problem(place, "not a figure");
    if (++figures_ > kMostFigures) return sink().problem(place, "more figures than any ZFS has");
    sink().fact(host_, fmt::format("zfs.arcstats.{}", words[0]), words[2], place);
  }

  std::string host_;
  size_t figures_ = 0;
};

Claim sniff(const Head& head) {
  bool heading = false;
  size_t own = 0;
  for (const std::string_view line : head.lines(400)) {
    heading = heading || is_heading(line);
    const auto words = split_blanks(line);
    if (words.size() != 3) continue;
    for (const std::string_view name :
         {"c_max", "c_min", "arc_meta_used", "memory_throttle_count", "mru_size", "mfu_size"})
      if (words[0] == name) ++own;
  }
  return heading && own >= 2 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Arcstats>(sink); }

}  // namespace

extern const Decoder arcstats_decoder;
const Decoder arcstats_decoder = {"arcstats", "the figures of ZFS' cache", sniff, open};

}  // namespace inquest::decode
