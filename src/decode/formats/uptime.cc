// uptime: `uptime`, `w`, `who -b`, `uptime -s`, /proc/uptime, /proc/loadavg: since when the host ran when somebody
// looked. docs/formats/uptime.md Source: procps library/uptime.c, src/w.c; coreutils src/who.c, src/uptime.c.
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/numeric_date.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "load average: 0.52, 0.58, 0.59" in the words of procps and coreutils, and of top's first line.
constexpr std::array kLoadWords =
    std::to_array<std::string_view>({"load average:", "load averages:", "Durchschnittslast:", "charge moyenne :",
                                     "charge moyenne:", "carga promedio:"});

// The three figures behind those words, with points; empty where the line has none. German decimals make the list
// "0,52, 0,58, 0,59".
std::string load_of(std::string_view line) {
  for (const std::string_view words : kLoadWords) {
    const size_t at = line.find(words);
    if (at == std::string_view::npos) continue;
    std::string out;
    for (std::string_view word : split_blanks(line.substr(at + words.size()))) {
      if (word.ends_with(',')) word.remove_suffix(1);
      const std::string figure = with_point(word);
      if (!parse_double(figure)) return {};
      out += (out.empty() ? "" : " ") + figure;
    }
    return out;
  }
  return {};
}

// "12 days,  3:04", "1 day, 2 min", "7:26", "5 min", behind "up": in seconds. Other languages have other words for
// days; the order is the same.
std::optional<int64_t> seconds_up(std::string_view text) {
  int64_t seconds = 0;
  bool said = false;
  const auto parts = split(text, ',');
  for (size_t i = 0; i < parts.size() && i < 3; ++i) {
    const auto words = split_blanks(parts[i]);
    if (words.empty()) continue;
    if (const size_t colon = words[0].find(':'); colon != std::string_view::npos && words.size() == 1) {
      const auto hours = parse_int<uint32_t>(words[0].substr(0, colon));
      const auto minutes = parse_int<uint32_t>(words[0].substr(colon + 1, 2));
      if (!hours || !minutes) break;
      seconds += int64_t{*hours} * 3600 + int64_t{*minutes} * 60;
      return seconds;
    }
    if (words.size() != 2) break;
    const auto count = parse_int<uint32_t>(words[0]);
    if (!count) break;
    if (words[1].starts_with("min")) return seconds + int64_t{*count} * 60;
    if (words[1].starts_with("sec")) return seconds + *count;
    if (words[1].starts_with("user")) break;
    // "days", "Tage", "jours", "d\u00EDas" stand first only.
    if (i != 0) break;
    seconds += int64_t{*count} * 86'400;
    said = true;
  }
  return said ? std::optional(seconds) : std::nullopt;
}

struct Up {
  std::string_view clock;  // "23:17:01"
  int64_t seconds = 0;
  std::string load;
};

// " 23:17:01 up 12 days,  3:04,  2 users,  load average: 0.52, 0.58, 0.59"
std::optional<Up> parse_up(std::string_view line) {
  line = trim(line);
  if (line.starts_with("top - ")) return std::nullopt;  // top's own
  const size_t up = line.find(" up ");
  if (up == std::string_view::npos || up > 16 || !parse_clock_time(line.substr(0, up))) return std::nullopt;
  const auto seconds = seconds_up(line.substr(up + 4));
  std::string load = load_of(line);
  if (!seconds || load.empty()) return std::nullopt;
  return Up{trim(line.substr(0, up)), *seconds, std::move(load)};
}

// "         system boot  2026-01-31 10:02": local time, to the minute; in the languages that coreutils speaks.
std::optional<Ns> parse_boot(std::string_view line) {
  line = trim(line);
  bool known = false;
  for (const std::string_view words : {"system boot", "Systemstart", "d\xC3\xA9marrage syst\xC3\xA8me",
                                       "amorzage du syst\xC3\xA8me", "arranque del sistema"}) {
    if (!line.starts_with(words)) continue;
    line = trim(line.substr(words.size()));
    known = true;
    break;
  }
  if (!known) return std::nullopt;
  const auto words = split_blanks(line);
  if (words.size() < 2) return std::nullopt;
  const auto day = parse_numeric_date(words[0]);
  const auto clock = parse_clock_time(words[1]);
  return day && clock ? std::optional(*day + *clock) : std::nullopt;
}

// "2026-01-31 10:02:11" alone: `uptime -s`.
std::optional<Ns> parse_since(std::string_view line) {
  line = trim(line);
  const auto time = parse_iso_time(line);
  return time && time->length == line.size() && !time->offset ? std::optional(time->local) : std::nullopt;
}

// Figures with two decimals, as the kernel prints them.
bool is_hundredths(std::string_view word) {
  const size_t point = word.find('.');
  return point != std::string_view::npos && point + 3 == word.size() && parse_int<uint64_t>(word.substr(0, point)) &&
         parse_int<uint32_t>(word.substr(point + 1));
}

// "1089.25 25512.10": /proc/uptime, seconds since the start and of all CPUs' idling (fs/proc/uptime.c).
std::optional<uint64_t> parse_proc_uptime(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() != 2 || !is_hundredths(words[0]) || !is_hundredths(words[1])) return std::nullopt;
  return parse_int<uint64_t>(words[0].substr(0, words[0].find('.')));
}

// "0.52 0.58 0.59 1/412 23910": /proc/loadavg (fs/proc/loadavg.c).
bool is_proc_loadavg(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() == 5 && is_hundredths(words[0]) && is_hundredths(words[1]) && is_hundredths(words[2]) &&
         words[3].find('/') != std::string_view::npos && parse_int<uint32_t>(words[4]);
}

// w's heading: "USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT"
bool is_heading(std::string_view line) {
  return line.find("LOGIN@") != std::string_view::npos && line.find("IDLE") != std::string_view::npos;
}

class Uptime : public ToolReader {
 public:
  explicit Uptime(Sink& sink) : ToolReader(sink, {"uptime", "w", "who", "cat"}) {}

 private:
  void command(std::string_view typed, const Place& /*place*/) override {
    since_ = typed.starts_with("uptime") && typed.find("-s") != std::string_view::npos;
    in_list_ = false;
  }

  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto up = parse_up(text)) {
      fact("uptime.clock", up->clock, place);
      fact("uptime.seconds", fmt::format("{}", up->seconds), place);
      fact("uptime.load", up->load, place);
      return;
    }
    if (const auto seconds = parse_proc_uptime(text)) return fact("uptime.seconds", std::to_string(*seconds), place);
    if (is_proc_loadavg(text)) return fact("uptime.load", trim(text), place);
    if (const auto boot = parse_boot(text)) return claim(*boot, Precision::Minute, place);
    if (const auto since = parse_since(text); since && (since_ || sink().file_name().find("uptime") == 0))
      return claim(*since, Precision::Second, place);
    if (is_heading(text)) {
      in_list_ = true;
      return;
    }
    const auto cells = cells_of(text, 8);
    if (!in_list_ || cells.size() < 4) return sink().problem(place, "a line that is no uptime and no session");
    if (++sessions_ > kMost) return sink().problem(place, "more sessions than a host has: the rest was left out");
    fact("session", trim(text).substr(0, 256), place);
  }

  void claim(Ns boot, Precision precision, const Place& place) {
    model::Stream fresh;
    fresh.source = sink().intern("uptime");
    fresh.host = sink().intern(host());
    fresh.clock = model::ClockDomain::LocalWall;
    fresh.precision = precision;
    fresh.channel = model::Channel::Memory;
    model::BootClaim claim;
    claim.host = fresh.host;
    claim.stream = sink().open_stream(fresh);
    claim.first = boot;
    claim.cite = {0, place.line, place.offset, place.length};
    if (++claims_ <= kMost) sink().claim_boot(claim);
  }

  static constexpr size_t kMost = 10'000;
  bool since_ = false;
  bool in_list_ = false;
  size_t sessions_ = 0;
  size_t claims_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"uptime", "w", "who", "cat"}, 20);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view first = tool.lines.front();
  if (parse_up(first) || parse_boot(first)) return Claim::Certain;
  if (tool.lines.size() == 1 && (parse_proc_uptime(first) || is_proc_loadavg(first))) return Claim::Certain;
  const bool since = tool.lines.size() == 1 && parse_since(first);
  if (tool.asked) return is_heading(first) || since ? Claim::Certain : Claim::No;
  if (since && head.name.starts_with("uptime")) return Claim::Certain;
  return is_heading(first) ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Uptime>(sink); }

}  // namespace

extern const Decoder uptime_decoder;
const Decoder uptime_decoder{"uptime", "uptime, w, who -b: since when a host runs, and its load", sniff, open};

}  // namespace inquest::decode
