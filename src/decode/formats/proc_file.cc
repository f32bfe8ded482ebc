// proc_file: tables and figures of /proc that have no decoder of their own: how the kernel was when somebody looked.
// docs/formats/proc_file.md Source: Linux fs/proc/, mm/vmstat.c, block/genhd.c, kernel/resource.c,
// net/core/net-procfs.c.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool all_digits(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// "   8       0 sda 12 0 96 4 ...": at least eleven figures behind the name.
bool is_diskstats(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 14 || words.size() > 24 || all_digits(words[2])) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 2 && !all_digits(words[i])) return false;
  }
  return true;
}

// "00001000-0009fbff : System RAM"
bool is_range(std::string_view line) {
  const size_t dash = line.find('-');
  const size_t colon = line.find(" : ");
  if (dash == std::string_view::npos || colon == std::string_view::npos || dash > colon) return false;
  const std::string_view first = trim(line.substr(0, dash));
  const std::string_view last = line.substr(dash + 1, colon - dash - 1);
  return first.size() == last.size() && first.size() >= 4 && first.size() <= 16 &&
         parse_int<uint64_t>(first, 16).has_value() && parse_int<uint64_t>(last, 16).has_value();
}

// "processor\t: 0"
bool is_cpuinfo(std::string_view line) {
  const auto field = split_field(line);
  return field && field->key == "processor" && all_digits(field->value) && line.find('\t') != std::string_view::npos;
}

// Which file a first line is of.
std::string_view file_of(std::string_view line, std::string_view next) {
  if (line.starts_with("cpu  ") && split_blanks(line).size() >= 8) return "stat";
  if (line.starts_with("nr_free_pages ")) return "vmstat";
  if (line.starts_with("slabinfo - version:")) return "slabinfo";
  if (line.starts_with("Node ") && line.find(", zone ") != std::string_view::npos)
    return split_blanks(line).size() > 6 ? "buddyinfo" : "zoneinfo";
  if (line.starts_with("some avg10=")) return "pressure";
  if (line.starts_with("Inter-|")) return "net-dev";
  if (line.starts_with("major minor ") && line.find("#blocks") != std::string_view::npos) return "partitions";
  if (line == "Character devices:") return "devices";
  if (line == "nodev\tsysfs") return "filesystems";
  if (is_diskstats(line)) return "diskstats";
  if (is_range(line) && is_range(next))
    return line.find_first_not_of('0') < 5 && trim(line).find('-') == 4 ? "ioports" : "iomem";
  if (is_cpuinfo(line)) return "cpuinfo";
  return {};
}

// Lines of cpuinfo that are the same for each CPU and that an inquiry asks for.
bool is_wanted(std::string_view key) {
  return key == "model name" || key == "microcode" || key == "bugs" || key == "vendor_id" || key == "cpu family" ||
         key == "stepping";
}

class ProcFile : public ToolReader {
 public:
  explicit ProcFile(Sink& sink) : ToolReader(sink, {"cat"}) {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { file_ = {}; }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (file_.empty()) {
      // Whether the second line fits was the sniffer's question.
      file_ = file_of(line, line);
      if (file_.empty()) return sink().problem(place, "the first line of no file that is known");
    }
    if (++count_ > kMost) return sink().problem(place, "more lines than are kept: the rest was left out");
    if (file_ == "cpuinfo") return cpu(line, place);
    if (file_ == "stat") return stat(line, place);
    fact(fmt::format("proc.{}", file_), line.substr(0, 256), place);
  }

  void cpu(std::string_view line, const Place& place) {
    const auto field = split_field(line);
    if (!field) return sink().problem(place, "a line that is no property of a CPU");
    if (field->key == "processor") {
      ++cpus_;
      last_cpu_ = place;
    }
    if (cpus_ == 1 && is_wanted(field->key))
      fact(fmt::format("cpu.{}", key_of(field->key)), field->value.substr(0, 512), place);
  }

  // "btime 1769898000": when the kernel started, by its own clock.
  void stat(std::string_view line, const Place& place) {
    const auto words = split_blanks(line);
    if (words.size() == 2 && words[0] == "btime") {
      const auto seconds = parse_int<uint32_t>(words[1]);
      if (!seconds) return sink().problem(place, "a boot time that is none");
      model::Stream fresh;
      fresh.source = sink().intern("btime");
      fresh.host = sink().intern(host());
      fresh.clock = model::ClockDomain::Utc;
      fresh.channel = model::Channel::Memory;
      model::BootClaim claim;
      claim.host = fresh.host;
      claim.stream = sink().open_stream(fresh);
      claim.first = static_cast<Ns>(*seconds) * kSecond;
      claim.cite = {0, place.line, place.offset, place.length};
      sink().claim_boot(claim);
    }
    if (words[0] == "intr" || words[0] == "softirq")
      return;  // counts, one for each number: /proc/interrupts names them
    fact("proc.stat", line.substr(0, 256), place);
  }

  void end() override {
    if (cpus_ != 0) fact("cpu.count", fmt::format("{}", cpus_), last_cpu_);
  }

  static constexpr size_t kMost = 100'000;
  std::string_view file_;
  uint32_t cpus_ = 0;
  Place last_cpu_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"cat"}, 6);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view next = tool.lines.size() > 1 ? trim(tool.lines[1]) : std::string_view();
  return file_of(trim(tool.lines.front()), next).empty() ? Claim::No : Claim::Certain;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ProcFile>(sink); }

}  // namespace

extern const Decoder proc_file_decoder;
const Decoder proc_file_decoder{"proc_file", "further files of /proc: stat, vmstat, cpuinfo, iomem, pressure, ...",
                                sniff, open};

}  // namespace inquest::decode
