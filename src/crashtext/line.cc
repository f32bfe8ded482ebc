#include "crashtext/line.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/char_set.h"
#include "base/text.h"
#include "crashtext/escapes.h"
#include "crashtext/newlines.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kLongestBracket = 48;  // of a stamp or date in brackets, with the first of them
constexpr int kMostPrefixes = 8;        // one behind the other; more are no log's doing

bool digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, Scan::digit); }

// "06:01:02" at the start.
bool clock_at(std::string_view text) {
  const auto d = [&](size_t i) { return Scan::digit(text[i]); };
  return text.size() >= 8 && d(0) && d(1) && text[2] == ':' && d(3) && d(4) && text[5] == ':' && d(6) && d(7);
}

class Prefixes {
 public:
  // `raw` is a line without escapes, which lies in `scratch` unless that is empty. What serial lines and torn files pad
  // with goes from both ends.
  Prefixes(std::string_view raw, std::string& scratch) : scratch_(scratch) {
    const auto padding = [](char c) { return c == '\r' || c == '\0'; };
    while (!raw.empty() && padding(raw.front())) raw.remove_prefix(1);
    while (!raw.empty() && padding(raw.back())) raw.remove_suffix(1);
    if (!raw.empty()) line_.text = raw;
  }

  Line read() {
    int count = 0;
    while (count++ < kMostPrefixes && strip_one()) {
    }
    if (line_.origin == Line::Origin::Bare && stamp_inside()) {
      while (count++ < kMostPrefixes && strip_one()) {
      }
    }
    if (line_.origin == Line::Origin::Kernel && program_at_start()) line_.origin = Line::Origin::Program;
    return line_;
  }

 private:
  // What a line of a kernel's log can begin with: nothing else is taken behind a line number or a quotation mark.
  static bool prefix_follows(std::string_view text) {
    while (!text.empty() && Scan::blank(text.front())) text.remove_prefix(1);
    if (text.size() < 3) return false;
    if (text[0] == '[') return Scan::digit(text[1]) || (Scan::blank(text[1]) && text.find('.') < 14) || text[2] == 'r';
    if (text[0] == '<') return Scan::digit(text[1]);
    return syslog_date(text) != 0;
  }

  bool strip_one() {
    const std::string_view text = line_.text;
    if (text.empty()) return false;
    switch (text.front()) {
      case '[': return bracket();
      case '<': return level();
      case '(': return literal("(XEN) ");
      case '{': return hardware_source() || docker_json();
      case '>': return quotation();
      case '*': return dropped_messages();
      case 'k': return facility() || talos() || kernel_ident();
      case 'M': return literal("MESSAGE=") || syslog();
      case ' ':
      case '\t': return indented();
      default: break;
    }
    if (Scan::digit(text.front())) return kmsg() || iso_stamp() || unix_stamp() || torn_stamp() || line_number();
    return syslog() || login();
  }

  // A logger's words of any kind before the kernel's own stamp, which looks like nothing else: "[   12.345678] ". What
  // another program prints while the console loses the end of its line is the same case.
  bool stamp_inside() {
    constexpr size_t kFarthest = 96;
    const std::string_view text = line_.text.substr(0, kFarthest + 24);
    for (size_t at = text.find('['); at != std::string_view::npos && at <= kFarthest; at = text.find('[', at + 1)) {
      Scan scan(text.substr(at + 1));
      scan.blanks();
      if (scan.take_while(Scan::digit).empty() || !scan.take('.') || scan.take_while(Scan::digit).size() != 6) continue;
      if (!scan.take(']') || !(scan.at_end() || stamp_ends(scan.rest()))) continue;
      line_.text.remove_prefix(at);
      return true;
    }
    return false;
  }

  bool literal(std::string_view words) {
    if (!line_.text.starts_with(words)) return false;
    line_.text.remove_prefix(words.size());
    return true;
  }

  // "[   12.345678] ", "[12.3][ T12] ", "[Mon Nov 21 06:01:02 2026] ", "[  T12] ".
  bool bracket() {
    const std::string_view text = line_.text;
    const size_t close = text.find(']');
    if (close == std::string_view::npos || close > kLongestBracket) return false;
    const std::string_view inside = trim(text.substr(1, close - 1));
    const size_t point = inside.find('.');
    if (point != std::string_view::npos && digits(inside.substr(0, point)) && digits(inside.substr(point + 1))) {
      if (!stamp_ends(text.substr(close + 1))) return false;
      line_.monotonic = parse_double(inside);
    } else if (!(is_date(inside) && stamp_ends(text.substr(close + 1)))) {
      return false;
    }
    line_.origin = Line::Origin::Kernel;
    line_.text.remove_prefix(close + 1);
    caller();
    if (line_.text.starts_with(' ')) line_.text.remove_prefix(1);
    crashdump_level();
    journal_ident();
    return true;
  }
  static bool stamp_ends(std::string_view behind) { return behind.empty() || behind[0] == ' ' || behind[0] == '['; }
  // In any language: it has a time of day and a year.
  static bool is_date(std::string_view inside) {
    const size_t colon = inside.find(':');
    if (colon == std::string_view::npos || colon < 2 || !clock_at(inside.substr(colon - 2))) return false;
    const auto year_at = [&](size_t i) { return i + 4 <= inside.size() && digits(inside.substr(i, 4)); };
    return year_at(inside.size() - 4) || year_at(0);
  }
  // The kernel prints "[12.3][ T12] ", dmesg(1) "[12.3] [   T12] ".
  void caller() {
    std::string_view text = line_.text;
    if (text.starts_with(" [")) text.remove_prefix(1);
    if (!text.starts_with('[')) return;
    const size_t close = text.find(']');
    if (close == std::string_view::npos || close > 16) return;
    const std::string_view who = trim(text.substr(1, close - 1));
    if (who.size() < 2 || (who[0] != 'T' && who[0] != 'C') || !digits(who.substr(1))) return;
    line_.caller = who;
    line_.text = text.substr(close + 1);
  }
  // What xen-crashdump-analyser writes of dom0's log: "[12.345678]  ALERT: ", "[12.345678]   WARN: ".
  void crashdump_level() {
    Scan scan(line_.text);
    scan.blanks();
    if (scan.rest().size() == line_.text.size()) return;  // they are padded on the left
    for (const std::string_view level :
         {"EMERG: ", "ALERT: ", "CRIT: ", "ERR: ", "WARN: ", "NOTE: ", "INFO: ", "DEBUG: "}) {
      if (!scan.take(level)) continue;
      line_.text = scan.rest();
      return;
    }
  }
  // journalctl -o short-monotonic: "[12.345678] pve1 kernel: ".
  void journal_ident() {
    constexpr std::string_view kIdent = " kernel: ";
    const size_t at = line_.text.find(' ');
    if (at == std::string_view::npos || at == 0 || at > 64 || !line_.text.substr(at).starts_with(kIdent)) return;
    const std::string_view host = line_.text.substr(0, at);
    if (host.find_first_of(":[") != std::string_view::npos) return;
    line_.host = host;
    line_.text.remove_prefix(at + kIdent.size());
  }

  // "<6>", and RFC 5424's "<14>1 2026-11-21T06:01:02Z host app procid msgid [data] ".
  bool level() {
    Scan scan(line_.text.substr(1));
    const auto value = scan.decimal();
    if (!value || *value > 1023 || !scan.take('>')) return false;
    if (line_.origin == Line::Origin::Bare) line_.origin = Line::Origin::Kernel;
    line_.text = scan.rest();
    if (scan.take("1 ") && scan.rest().size() > 10 && Scan::digit(scan.peek())) rfc5424(scan);
    return true;
  }
  void rfc5424(Scan scan) {
    std::array<std::string_view, 5> fields;  // time, host, application, process, message
    for (std::string_view& field : fields) {
      field = scan.word();
      if (field.empty() || !scan.take(' ')) return;
    }
    if (scan.take('-')) {
    } else {
      while (scan.take('[')) {
        if (!scan.until(']')) return;
      }
    }
    scan.take(' ');
    scan.take("\xEF\xBB\xBF");
    line_.host = fields[1];
    line_.origin = fields[2] == "kernel" ? Line::Origin::Kernel : Line::Origin::Program;
    line_.text = scan.rest();
  }

  bool hardware_source() {  // "{1}[Hardware Error]: "
    Scan scan(line_.text.substr(1));
    if (!scan.decimal() || !scan.take('}') || !scan.rest().starts_with("[Hardware Error]")) return false;
    line_.text = scan.rest();
    return true;
  }
  bool docker_json() {
    if (!literal("{\"log\":\"")) return false;
    const size_t end = line_.text.find("\",\"stream\"");
    if (end != std::string_view::npos) line_.text = line_.text.substr(0, end);
    if (line_.text.ends_with("\\n")) line_.text.remove_suffix(2);
    return true;
  }
  bool quotation() {
    std::string_view text = line_.text;
    while (!text.empty() && (text.front() == '>' || text.front() == ' ')) {
      text.remove_prefix(1);
      if (prefix_follows(text) && text.front() != ' ') break;
      if (!text.empty() && text.front() != '>' && text.front() != ' ') break;
    }
    if (text.empty()) return false;
    line_.text = line_.text.substr(line_.text.size() - text.size());
    return true;
  }
  bool dropped_messages() {  // "** 12 printk messages dropped ** "
    constexpr std::string_view kEnd = "messages dropped ** ";
    const size_t at = line_.text.find(kEnd);
    if (!line_.text.starts_with("** ") || at == std::string_view::npos || at > 40) return false;
    line_.text.remove_prefix(at + kEnd.size());
    return true;
  }
  bool facility() {  // dmesg -x: "kern  :info  : "
    if (!line_.text.starts_with("kern  :")) return false;
    const size_t at = line_.text.find(": ", 7);
    if (at == std::string_view::npos || at > 16) return false;
    line_.text.remove_prefix(at + 2);
    line_.origin = Line::Origin::Kernel;
    return true;
  }
  bool talos() {  // talosctl dmesg: "kern:    info: [2026-11-21T06:01:02.123456789Z]: "
    Scan scan(line_.text);
    if (!scan.take("kern:")) return false;
    scan.blanks();
    const std::string_view severity = scan.take_while(Scan::letter);
    if (severity.empty() || severity.size() > 8 || !scan.take(": [") || !Scan::digit(scan.peek())) return false;
    const auto stamp = scan.until(']');
    if (!stamp || stamp->size() > 40 || !scan.take(": ")) return false;
    line_.text = scan.rest();
    line_.origin = Line::Origin::Kernel;
    return true;
  }
  bool kernel_ident() {  // "kernel: ", and what syslogd tells everybody: "kernel:[  123.456789] "
    if (!literal("kernel: ") && !(line_.text.starts_with("kernel:[") && literal("kernel:"))) return false;
    line_.origin = Line::Origin::Kernel;
    return true;
  }
  bool indented() {
    if (line_.origin == Line::Origin::Bare && told_to_everybody()) return true;
    if (line_.origin != Line::Origin::Bare || !prefix_follows(line_.text)) {
      return line_.origin == Line::Origin::Bare && indented_number();
    }
    const size_t first = line_.text.find_first_not_of(" \t");
    line_.text.remove_prefix(first);
    return true;
  }
  bool told_to_everybody() {
    const std::string_view rest = trim(line_.text);
    if (!rest.starts_with("kernel:[") && !rest.starts_with("kern:")) return false;
    line_.text.remove_prefix(line_.text.find(rest.front()));
    return true;
  }
  bool indented_number() {
    const size_t first = line_.text.find_first_not_of(" \t");
    if (first == std::string_view::npos || !Scan::digit(line_.text[first])) return false;
    const std::string_view whole = line_.text;
    line_.text.remove_prefix(first);
    if (line_number()) return true;
    line_.text = whole;
    return false;
  }
  bool line_number() {  // " 12 [    1.234567] ", "12: <4>[...", "12\t[..."
    Scan scan(line_.text);
    if (line_.origin != Line::Origin::Bare || !scan.decimal()) return false;
    scan.take(':');
    scan.take('.');
    scan.blanks();
    if (scan.take('|')) scan.blanks();
    if (!prefix_follows(scan.rest())) return false;
    line_.text = scan.rest();
    return true;
  }

  bool kmsg() {  // "6,1234,5678901,-;text", "6,1234,5678901,-,caller=T12;text"
    Scan scan(line_.text);
    if (!scan.decimal() || !scan.take(',') || !scan.decimal() || !scan.take(',')) return false;
    const auto microseconds = scan.decimal();
    if (!microseconds || !scan.take(',')) return false;
    const auto flags = scan.until(';');
    if (!flags || flags->size() > 64) return false;
    if (const size_t at = flags->find("caller="); at != std::string_view::npos) {
      line_.caller = flags->substr(at + 7, flags->substr(at + 7).find(','));
    }
    line_.monotonic = static_cast<double>(*microseconds) / 1e6;
    line_.origin = Line::Origin::Kernel;
    line_.text = scan.rest();
    unescape_kmsg();
    return true;
  }
  // "\\x0a": what is not printable is written so there (Documentation/ABI/testing/dev-kmsg).
  void unescape_kmsg() {
    const std::string_view text = line_.text;
    if (text.find("\\x") == std::string_view::npos) return;
    if (!scratch_.empty()) return;  // what was read so far lies in it
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto value = text.substr(i, 2) == "\\x" ? parse_int<unsigned>(text.substr(i + 2, 2), 16) : std::nullopt;
      if (value && i + 4 <= text.size()) {
        out += static_cast<char>(*value);
        i += 3;
      } else {
        out += text[i];
      }
    }
    while (out.ends_with('\n')) out.pop_back();
    scratch_ = std::move(out);
    line_.text = scratch_;
  }
  // "2026-11-21T06:01:02.123+01:00 host kernel: ", "2026-11-21 06:01:02 host ...", "2026-..Z stdout F ".
  bool iso_stamp() {
    const std::string_view text = line_.text;
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || !clock_at(text.substr(11))) return false;
    const size_t end = text.find(' ', 19);
    if (end == std::string_view::npos || end > 36) return false;
    line_.text.remove_prefix(end + 1);
    line_.dated = true;
    for (const std::string_view stream : {"stdout F ", "stderr F ", "stdout P ", "stderr P "}) {
      if (literal(stream)) return true;
    }
    Scan zone(line_.text);  // "2026-11-21 06:01:02 UTC host ..."
    if (zone.take("UTC ") || zone.take("CET ") || zone.take("CEST ")) line_.text = zone.rest();
    ident();
    return true;
  }
  bool torn_stamp() {  // "123.456789] ": what was copied begins behind the bracket
    Scan scan(line_.text);
    const size_t before = scan.rest().size();
    if (!scan.decimal() || !scan.take('.') || scan.take_while(Scan::digit).size() != 6) return false;
    const size_t length = before - scan.rest().size();
    if (!scan.take(']') || !stamp_ends(scan.rest())) return false;
    line_.monotonic = parse_double(line_.text.substr(0, length));
    line_.origin = Line::Origin::Kernel;
    line_.text = scan.rest();
    caller();
    if (line_.text.starts_with(' ')) line_.text.remove_prefix(1);
    return true;
  }
  bool unix_stamp() {  // journalctl -o short-unix: "1732168862.123456 host kernel: "
    Scan scan(line_.text);
    const auto whole = scan.decimal();
    if (!whole || *whole < 100'000'000 || !scan.take('.') || !scan.decimal() || !scan.take(' ')) return false;
    line_.text = scan.rest();
    ident();
    return true;
  }

  // The length of "Nov 21 06:01:02 " and the like, of a journal's "Sat 2026-11-21 06:01:02 UTC ", or 0. Names of months
  // may be in any language.
  static size_t syslog_date(std::string_view text) {
    size_t at = 0;
    int words = 0;
    while (words < 4 && at < text.size() && at < 24) {
      if (clock_at(text.substr(at))) {
        if (words < 1) return 0;
        size_t end = text.find(' ', at);
        if (end == std::string_view::npos || end > at + 20) return 0;
        ++end;
        if (end + 5 < text.size() && digits(text.substr(end, 4)) && text[end + 4] == ' ') end += 5;  // a year behind
        if (end >= text.size() || text[end] < 'C' || text[end] > 'U') return end;
        for (const std::string_view zone : {"UTC ", "CET ", "CEST ", "GMT "}) {
          if (text.substr(end).starts_with(zone)) end += zone.size();
        }
        return end;
      }
      const size_t space = text.find(' ', at);
      if (space == std::string_view::npos || space - at > 12) return 0;
      ++words;
      at = text.find_first_not_of(' ', space);
      if (at == std::string_view::npos) return 0;
    }
    return 0;
  }
  bool syslog() {
    if (line_.origin != Line::Origin::Bare) return false;
    const size_t length = syslog_date(line_.text);
    if (length == 0) return false;
    line_.text.remove_prefix(length);
    line_.dated = true;
    ident();
    return true;
  }
  // What ChromeOS writes between date and program.
  static bool is_level(std::string_view word) {
    static constexpr std::array<std::string_view, 8> kLevels = {"EMERG",   "ALERT",  "CRIT", "ERR",
                                                                "WARNING", "NOTICE", "INFO", "DEBUG"};
    return std::ranges::find(kLevels, word) != kLevels.end();
  }
  // "BUG:", "WARNING:": no program is called so.
  static bool shouted(std::string_view token) {
    return std::ranges::none_of(token, [](char c) { return c >= 'a' && c <= 'z'; }) && token.find('[') == token.npos;
  }
  // The kernel's words, though a host and a program could be written so.
  static bool kernels_words(std::string_view text) {
    static constexpr std::array<std::string_view, 14> kHeadings = {
        "Code:",    "Oops:",      "Call Trace:", "Call trace:",       "Hardware name:", "Internal error:", "Workqueue:",
        "Tainted:", "Backtrace:", "Krnl ",       "Instruction dump:", "divide error:",  "invalid opcode:", "int3:",
    };
    return std::ranges::any_of(kHeadings, [&](std::string_view words) {
      return !text.empty() && text.front() == words.front() && text.starts_with(words);
    });
  }
  // "host program[12]: " or "program: ", behind a date.
  void ident() {
    const std::string_view text = line_.text;
    if (kernels_words(text)) return;
    line_.origin = Line::Origin::Program;
    size_t start = 0;
    for (int word = 0; word < 3; ++word) {
      const size_t space = text.find(' ', start);
      const std::string_view token = text.substr(start, space == std::string_view::npos ? space : space - start);
      if (token.ends_with(':') && token.size() > 1 && !shouted(token)) {
        static constexpr CharSet kNameEnds("[:");
        const std::string_view name = token.substr(0, kNameEnds.find_in(token));
        if (start > 0) line_.host = text.substr(0, text.find(' '));
        if (is_level(line_.host)) line_.host = {};
        if (name == "kernel" || name == "vmkernel" || name == "xenconsoled") line_.origin = Line::Origin::Kernel;
        line_.text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
        return;
      }
      if (space == std::string_view::npos || token.starts_with('[') || token.starts_with('<')) break;
      // Between host and program stands a facility at most ("kern.warn"); else it is the message that has begun.
      if (word == 1 && token.find('.') == std::string_view::npos) break;
      start = space + 1;
    }
    // A date alone, or with a host, before the kernel's own stamp.
    line_.origin = Line::Origin::Bare;
    if (start > 0 && start < text.size() && prefix_follows(text.substr(start))) line_.text = text.substr(start);
  }
  bool login() {  // "debian login: [   12.345678] "
    if (line_.origin != Line::Origin::Bare) return false;
    const size_t at = line_.text.find(" login: ");
    if (at == std::string_view::npos || at > 64 || !prefix_follows(line_.text.substr(at + 8))) return false;
    line_.text.remove_prefix(at + 8);
    return true;
  }

  // "systemd[1]: " behind a kernel's stamp: written to /dev/kmsg by a program.
  bool program_at_start() const {
    const std::string_view text = line_.text;
    const size_t end = text.find("]: ");
    if (end == std::string_view::npos || end > 40) return false;
    const size_t open = text.find('[');
    return open != std::string_view::npos && open > 0 && open < end && digits(text.substr(open + 1, end - open - 1)) &&
           text.substr(0, open).find(' ') == std::string_view::npos;
  }

  std::string& scratch_;
  Line line_;
};

}  // namespace

Line read_line(std::string_view raw, std::string& scratch) {
  return Prefixes(without_escapes(raw, scratch), scratch).read();
}

bool may_be_kernels(std::string_view raw) {
  // Sixteen characters and the three behind each of them are looked at together.
  constexpr size_t kAhead = 3;
  if (raw.size() < sizeof(Bytes16) + kAhead) return true;
  const size_t last = raw.size() - sizeof(Bytes16) - kAhead;
  Bytes16 telling{};
  Bytes16 brackets{};
  for (size_t at = 0;; at = std::min(at + sizeof(Bytes16), last)) {
    std::array<Bytes16, kAhead + 1> next{};
    for (size_t i = 0; i < next.size(); ++i) std::memcpy(&next[i], raw.data() + at + i, sizeof(Bytes16));
    const auto is = [&](size_t i, char c) { return reinterpret_cast<Bytes16>(next[i] == static_cast<uint8_t>(c)); };
    // "<6>", and whatever hides behind an escape; /dev/kmsg's "6,1234,5678901,-;"; "kernel", "kern", "xenconsoled".
    telling |= is(0, '<') | is(0, '&') | is(0, '\\') | is(0, '\x1b') | is(0, ';');
    telling |= is(1, 'e') & ((is(0, 'k') & is(2, 'r') & is(3, 'n')) | (is(0, 'x') & is(2, 'n') & is(3, 'c')));
    brackets |= is(0, '[') | is(0, ']');
    if (at == last) break;
  }
  const auto any = [](const Bytes16& lanes) {
    std::array<uint64_t, 2> halves{};
    std::memcpy(halves.data(), &lanes, sizeof lanes);
    return (halves[0] | halves[1]) != 0;
  };
  // The last characters have no three behind them.
  if (any(telling) || raw.substr(last).find_first_of("<&\\\x1b;") != std::string_view::npos) return true;
  if (!any(brackets) && raw.substr(last).find_first_of("[]") == std::string_view::npos) return false;
  // "[  123.456789] ", "[Sa Nov 21 06:01:02 2026] ".
  for (size_t at = raw.find('['); at != std::string_view::npos; at = raw.find('[', at + 1)) {
    std::string_view inside = raw.substr(at + 1, kLongestBracket);
    inside = inside.substr(0, inside.find(']'));
    const bool number = !inside.empty() && (Scan::blank(inside.front()) || Scan::digit(inside.front()));
    if (inside.find(':') != std::string_view::npos) return true;
    if (number && inside.find('.') != std::string_view::npos) return true;
  }
  // "123.456789] ".
  for (size_t at = raw.find(']'); at != std::string_view::npos; at = raw.find(']', at + 1)) {
    if (at > 7 && raw[at - 7] == '.' && Scan::digit(raw[at - 1])) return true;
  }
  return false;
}

}  // namespace inquest::crashtext
