#include "review/post_mortem.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr size_t kMostText = size_t{2} << 20U;
constexpr size_t kMostStatements = 20'000;
constexpr size_t kMostCells = 64;
constexpr size_t kLongLine = 160;  // of plain text whose paragraphs are lines

// Words with which an author keeps a statement open.
const Regex& hedge() {
  static const Regex regex(
      R"(\b(may|might|could|maybe|perhaps|possibl[ey]|probabl[ey]|likely|plausibl[ey]|suspect(ed|s)?|suspicion|hypothes[ie]s|candidate|presumabl[ey]|apparently|appears? to|seems? to|unproven|not proven|not (yet )?confirmed|unconfirmed|unclear|unknown|not known|assum(e|ed|ption)|tentative(ly)?|vermut\w*|möglich\w*|wahrscheinlich\w*|könnte\w*|eventuell|womöglich|vielleicht|verdacht\w*|verdächtig\w*|unklar|unbekannt|nicht (bewiesen|belegt|gesichert|geklärt|bestätigt)|unbewiesen|hypothese\w*|annahme|scheint|offenbar|anscheinend|dürfte)\b)");
  return regex;
}

const Regex& open_heading() {
  static const Regex regex(
      R"(\b(open|hypothes[ie]s|not (yet )?(ruled out|proven|known)|do(es)? not know|don't know|limits?|limitations?|unknowns?|blind spots?|rivals?|alternatives?|possible|suspected|caveats?|candidates?|offen\w*|unklar\w*|unbekannt\w*|vermut\w*|nicht (ausgeschlossen|bewiesen|geklärt)|grenzen|wissen wir nicht|mögliche\w*|alternativ\w*|einschränkung\w*)\b)");
  return regex;
}

// An author who tells a mistake does not make it.
const Regex& withdrawal() {
  static const Regex regex(
      R"(\b((was|were|is|are|turned out( to be)?|proved) (wrong|false|a mistake|mistaken|incorrect|misleading|misread)|misread|mistaken(ly)?|wrongly|incorrectly|misconception|myth|(we|i|had) (first|initially|at first|originally|wrongly) (thought|assumed|believed|suspected|wrote|read|said|claimed|blamed)|(first|initially|at first|originally|initial) .{0,30}(thought|assumed|believed|suspected|theory|guess|assumption)|(earlier|first|previous) (draft|version)|(do|does|did) not (claim|mean|prove)|(don't|doesn't|didn't) (claim|mean|prove)|(would|it would) be (wrong|premature|too early)|contrary to|tempting to|falsche? (annahme|vermutung)|(war|waren|ist) (falsch|ein irrtum|ein fehler|irreführend)|fälschlich\w*|irrtümlich\w*|zunächst .{0,40}(angenommen|vermutet|gedacht|geglaubt|verdächtigt)|frühere\w* (fassung|version|entwurf)|wir behaupten nicht|wäre (falsch|verfrüht)|beweist (das |dies )?nicht|heißt (das )?nicht|bedeutet (das )?nicht)\b)");
  return regex;
}

const Regex& log_line() {
  static const Regex regex(
      R"(^\s*(<\d{1,3}>)?(\[ *\d+\.\d{3,6}\]|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d\S* \S+ \S+:|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* \S+ \S+:|UPID:\S+:|Call Trace:|Kernel panic - not syncing|BUG: |RIP: \d{4}:))");
  return regex;
}

// In plain text a command stands in a line of its own, as one types it: small letters, no full stop.
const Regex& command_line() {
  static const Regex regex(
      R"(^\s*([$#>] +)?(sudo +)?((?-i)modprobe|options|blacklist|dmesg|journalctl|systemctl|sysctl|zpool|zfs|qm|pct|pvesh|ipmitool|grep|cat|sed|echo|nc|crash|kdumpctl|kdump-config|update-grub|update-initramfs|proxmox-boot-tool|apt|apt-get|dnf|yum|lspci|lsblk|ethtool|mount|insmod|rmmod|netconsole)( +\S+)+$)");
  return regex;
}

bool looks_like_code(std::string_view line) {
  if (log_line().found_in(line)) return true;
  const std::string_view bare = trim(line);
  if (bare.ends_with('.') || bare.size() > 200) return false;
  if (!command_line().found_in(line)) return false;
  // "echo and grep are tools" is prose: a command has an option, a path, a setting or is short.
  return bare.find_first_of("=/|-@\"'$>") != std::string_view::npos || split_blanks(bare).size() <= 3;
}

size_t indent_of(std::string_view line) {
  size_t columns = 0;
  for (const char c : line) {
    if (c == ' ') {
      ++columns;
    } else if (c == '\t') {
      columns += 4 - columns % 4;
    } else {
      break;
    }
  }
  return columns;
}

// "- ", "* ", "+ ", "• ", "1. ", "2) ": the length of the marker with the blanks behind it, 0 for none.
size_t marker_length(std::string_view text) {
  size_t at = 0;
  if (text.starts_with("\xE2\x80\xA2")) {
    at = 3;
  } else if (!text.empty() && (text[0] == '-' || text[0] == '*' || text[0] == '+')) {
    at = 1;
  } else {
    while (at < text.size() && at < 3 && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == 0 || at >= text.size() || (text[at] != '.' && text[at] != ')')) return 0;
    ++at;
  }
  const size_t blank = at;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at == blank) return 0;
  std::string_view rest = text.substr(at);
  if (rest.starts_with("[ ] ") || rest.starts_with("[x] ") || rest.starts_with("[X] ")) at += 4;
  return at;
}

bool rule_line(std::string_view text) {
  text = trim(text);
  if (text.size() < 3) return false;
  return std::ranges::all_of(text, [&](char c) { return c == text[0] || c == ' '; }) &&
         (text[0] == '-' || text[0] == '*' || text[0] == '_' || text[0] == '=');
}

bool table_separator(std::string_view text) {
  text = trim(text);
  return text.contains('-') && text.contains('|') && text.find_first_not_of("|-: \t") == std::string_view::npos;
}

std::vector<std::string> cells_of(std::string_view row) {
  row = trim(row);
  if (row.starts_with('|')) row.remove_prefix(1);
  if (row.ends_with('|') && !row.ends_with("\\|")) row.remove_suffix(1);
  std::vector<std::string> cells(1);
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
      cells.back() += '|';
      ++i;
    } else if (row[i] == '|' && cells.size() < kMostCells) {
      cells.emplace_back();
    } else {
      cells.back() += row[i];
    }
  }
  return cells;
}

// A paragraph's text with where its lines begin.
struct Flow {
  std::string text;
  std::vector<std::pair<size_t, size_t>> starts;  // offset in the text, line

  void add(std::string_view part, size_t line) {
    if (!text.empty()) text += ' ';
    starts.emplace_back(text.size(), line);
    text += part;
  }
  size_t line_at(size_t offset) const {
    size_t line = starts.empty() ? 0 : starts.front().second;
    for (const auto& [start, number] : starts) {
      if (start > offset) break;
      line = number;
    }
    return line;
  }
};

// Text whose markup is gone; `origin[i]` is where its byte i stood.
struct Plain {
  std::string text;
  std::vector<size_t> origin;
  std::vector<std::pair<size_t, std::string>> code;  // where in the plain text, and what
  std::vector<std::pair<size_t, Link>> links;

  void put(std::string_view part, size_t at) {
    for (size_t i = 0; i < part.size(); ++i) {
      text += part[i];
      origin.push_back(at + i);
    }
  }
};

// [label](target): the length of the whole, 0 where there is none.
size_t link_at(std::string_view text, std::string_view& label, std::string_view& target) {
  const size_t close = text.substr(0, 402).find(']');
  if (close == std::string_view::npos || close > 400 || close + 1 >= text.size() || text[close + 1] != '(') return 0;
  const size_t end = text.substr(0, close + 1002).find(')', close);
  if (end == std::string_view::npos || end - close > 1000) return 0;
  label = text.substr(1, close - 1);
  target = text.substr(close + 2, end - close - 2);
  return end + 1;
}

Plain plain(std::string_view text) {
  Plain out;
  out.text.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '`') {
      size_t ticks = 1;
      while (i + ticks < text.size() && text[i + ticks] == '`') ++ticks;
      const size_t end = text.substr(0, i + 2000).find(text.substr(i, ticks), i + ticks);
      if (end != std::string_view::npos && end - i < 2000) {
        const std::string_view inside = text.substr(i + ticks, end - i - ticks);
        out.code.emplace_back(out.text.size(), std::string(trim(inside)));
        out.put(inside, i + ticks);
        i = end + ticks - 1;
      }
      continue;
    }
    if (c == '*' || (c == '_' && text.substr(i).starts_with("__"))) {
      const bool alone = (i == 0 || text[i - 1] == ' ') && (i + 1 >= text.size() || text[i + 1] == ' ');
      if (alone) out.put("*", i);
      if (!alone && c == '_') ++i;
      continue;
    }
    if (c == '\\' && i + 1 < text.size() && std::string_view("\\*_`[]|#").contains(text[i + 1])) {
      ++i;
      out.put(text.substr(i, 1), i);
      continue;
    }
    std::string_view label;
    std::string_view target;
    if (c == '[') {
      if (const size_t length = link_at(text.substr(i), label, target); length > 0) {
        out.links.emplace_back(out.text.size(), Link{0, kNone, std::string(label), std::string(target)});
        out.put(label, i + 1);
        i += length - 1;
        continue;
      }
    }
    out.put(text.substr(i, 1), i);
  }
  return out;
}

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

// Whether the full stop at `at` belongs to an abbreviation or an ordinal ("e.g.", "z. B.", "9. Februar").
bool no_end(std::string_view text, size_t at) {
  size_t start = at;
  while (start > 0 && (letter_or_digit(text[start - 1]) || text[start - 1] == '.')) --start;
  const std::string word = lower(text.substr(start, at - start));
  static constexpr auto kShort = std::to_array<std::string_view>(
      {"e.g", "i.e", "z.b", "z",      "b",   "d.h", "d",   "h",   "ca",   "bzw", "usw", "etc",
       "nr",  "no",  "vs",  "approx", "vgl", "u.a", "o.ä", "ggf", "evtl", "min", "max", "inkl",
       "std", "sek", "jan", "feb",    "mar", "mär", "apr", "jun", "jul",  "aug", "sep", "sept",
       "oct", "okt", "nov", "dec",    "dez", "a.m", "p.m", "fig", "cf",   "resp"});
  if (std::ranges::find(kShort, word) != kShort.end()) return true;
  const bool ordinal = !word.empty() && word.size() <= 2 && word.find_first_not_of("0123456789") == std::string::npos;
  if (!ordinal) return false;
  static const Regex month(
      R"(^\.\s+(january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|jan|feb|mär|apr|jun|jul|aug|sep|okt|nov|dez)\b)");
  return month.found_in(text.substr(at, 20));
}

// Where sentences begin: behind a full stop, with a capital letter, a figure or a code span.
std::vector<size_t> sentence_starts(const Plain& bare) {
  const std::string_view text = bare.text;
  std::vector<size_t> starts = {0};
  auto span = bare.code.begin();
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    // A message that is quoted is one piece, whatever it exclaims.
    while (span != bare.code.end() && span->first + span->second.size() <= i) ++span;
    if (span != bare.code.end() && i >= span->first && i + 1 < span->first + span->second.size()) continue;
    const char c = text[i];
    if (c != '.' && c != '!' && c != '?') continue;
    size_t next = i + 1;
    while (next < text.size() && std::string_view("\")'*").contains(text[next])) ++next;
    if (next >= text.size() || text[next] != ' ') continue;
    while (next < text.size() && text[next] == ' ') ++next;
    if (next >= text.size()) break;
    const char first = text[next];
    const bool code = std::ranges::binary_search(bare.code, next, {}, [](const auto& piece) { return piece.first; });
    if (first >= 'a' && first <= 'z' && !code) continue;
    if (c == '.' && no_end(text, i)) continue;
    starts.push_back(next);
    i = next - 1;
  }
  return starts;
}

class Reader {
 public:
  Result<PostMortem> read(std::string_view text) {
    if (text.size() > kMostText) return fail(ErrorCode::Limit, "a report of more than 2 MiB is not read");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    lines_ = lines(text);
    for (size_t i = 0; i < lines_.size(); ++i) {
      i = take(i);
      if (out_.statements.size() > kMostStatements)
        return fail(ErrorCode::Limit, fmt::format("a report of more than {} statements is not read", kMostStatements));
    }
    end_paragraph();
    finish();
    return std::move(out_);
  }

 private:
  // Takes what begins at line `i`; gives the last line of it.
  size_t take(size_t i) {
    const std::string_view raw = lines_[i];
    const std::string_view text = trim(raw);
    if (text.starts_with("```") || text.starts_with("~~~")) return take_fence(i);
    if (text.empty()) {
      end_paragraph();
      blank_before_ = true;
      return i;
    }
    const bool after_blank = std::exchange(blank_before_, false);
    if (text.starts_with('|') && i + 1 < lines_.size() && table_separator(lines_[i + 1])) return take_table(i);
    if (text.starts_with('#') && !looks_like_code(text)) {
      const size_t level = text.find_first_not_of('#');
      if (level != std::string_view::npos && level <= 6 && text[level] == ' ') {
        heading(trim(text.substr(level)), static_cast<int>(level), i + 1);
        return i;
      }
    }
    if (text.starts_with(":::")) {
      end_paragraph();
      return i;
    }
    if (!flow_.text.empty() && flow_.starts.size() == 1 && item_indent_ == kNone && rule_line(text) &&
        (text[0] == '=' || text[0] == '-')) {
      const std::string title = std::exchange(flow_, {}).text;
      heading(title, text[0] == '=' ? 1 : 2, i);
      return i;
    }
    if (rule_line(text)) {
      end_paragraph();
      return i;
    }
    if (after_blank && indent_of(raw) >= 4 && item_indent_ == kNone && flow_.text.empty()) {
      return take_indented(i);
    }
    if (looks_like_code(raw)) {
      end_paragraph();
      code_line(raw, i + 1);
      return i;
    }
    in_code_ = false;
    take_prose(raw, i + 1);
    return i;
  }

  void take_prose(std::string_view raw, size_t line) {
    std::string_view text = trim(raw);
    size_t indent = indent_of(raw);
    while (text.starts_with('>')) {
      text.remove_prefix(1);
      text = trim(text);
    }
    if (const size_t marker = marker_length(text); marker > 0) {
      end_paragraph();
      // An item that is nested deeper is led by the one above it.
      while (!items_.empty() && items_.back().first >= indent) items_.pop_back();
      item_indent_ = indent;
      flow_.add(text.substr(marker), line);
      return;
    }
    if (timeline_line(text)) {
      end_paragraph();
      items_.clear();
      item_indent_ = indent;
      flow_.add(text, line);
      return;
    }
    if (item_indent_ != kNone && flow_.text.empty() && indent == 0) {
      items_.clear();
      item_indent_ = kNone;
    }
    if (starts_label(text) || (!flow_.text.empty() && lines_[line - 2].size() > kLongLine)) end_paragraph();
    flow_.add(text, line);
  }

  // "22:41  host is gone", "2026-06-28 21:04 - upgrade": an entry of a timeline, in text without marks of lists.
  static bool timeline_line(std::string_view text) {
    static const Regex entry(
        R"(^\[?(\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[ap]\.?m\.?|Z)?\]?( (UTC|GMT|[A-Z]{2,4}T|Uhr))?(\s{2,}|\t|\s*[–—]\s|\s+-{1,2}\s|:\s)\s*\S)");
    return entry.found_in(text);
  }

  // "**Cause:** ...", "Cause: ...": a line of its own even where lines follow each other.
  static bool starts_label(std::string_view text) {
    static const Regex label(R"(^(\*\*|__)[^*_]{2,50}(:(\*\*|__)|(\*\*|__):)|^[A-ZÄÖÜ][\w/() -]{1,28}: +\S)");
    return label.found_in(text);
  }

  size_t take_fence(size_t i) {
    end_paragraph();
    const std::string_view fence = trim(lines_[i]).substr(0, 3);
    in_code_ = false;
    size_t end = i + 1;
    while (end < lines_.size() && !trim(lines_[end]).starts_with(fence)) ++end;
    for (size_t at = i + 1; at < end; ++at) {
      if (!trim(lines_[at]).empty()) code_line(lines_[at], at + 1);
    }
    in_code_ = false;
    return std::min(end, lines_.size() - 1);
  }

  size_t take_indented(size_t i) {
    size_t end = i;
    for (; end < lines_.size(); ++end) {
      const std::string_view text = trim(lines_[end]);
      if (!text.empty() && indent_of(lines_[end]) < 4) break;
      if (!text.empty()) code_line(lines_[end], end + 1);
    }
    in_code_ = false;
    blank_before_ = true;
    return end - 1;
  }

  size_t take_table(size_t i) {
    end_paragraph();
    in_code_ = false;
    Table table;
    table.line = i + 1;
    table.section = section();
    table.lead = lead_;
    for (const std::string& cell : cells_of(lines_[i])) table.header.emplace_back(trim(plain(cell).text));
    const size_t block = ++block_;
    size_t end = i + 2;
    for (; end < lines_.size() && trim(lines_[end]).starts_with('|'); ++end) {
      TableRow row;
      row.line = end + 1;
      row.statement = out_.statements.size();
      Statement statement;
      statement.kind = Kind::Row;
      statement.line = end + 1;
      statement.block = block;
      statement.lead = table.lead;
      statement.section = table.section;
      statement.table = out_.tables.size();
      statement.row = table.rows.size();
      for (const std::string& cell : cells_of(lines_[end])) {
        Plain bare = plain(trim(cell));
        for (auto& [at, code] : bare.code) statement.code_spans.push_back(std::move(code));
        note_links(bare, end + 1);
        row.cells.emplace_back(trim(bare.text));
        statement.text += (row.cells.size() == 1 ? "" : " | ") + row.cells.back();
      }
      row.cells.resize(std::max<size_t>(table.header.size(), 1));
      add(std::move(statement));
      table.rows.push_back(std::move(row));
    }
    out_.tables.push_back(std::move(table));
    return end - 1;
  }

  void code_line(std::string_view raw, size_t line) {
    if (!in_code_) ++block_;
    in_code_ = true;
    Statement statement;
    statement.kind = Kind::Code;
    statement.line = line;
    statement.text = printable(raw);
    while (statement.text.ends_with(' ')) statement.text.pop_back();
    statement.block = block_;
    statement.section = section();
    statement.lead = lead_;
    add(std::move(statement));
  }

  void heading(std::string_view text, int level, size_t line) {
    end_paragraph();
    items_.clear();
    item_indent_ = kNone;
    in_code_ = false;
    while (text.ends_with('#')) text.remove_suffix(1);
    Section next;
    next.level = level;
    next.line = line;
    Plain bare = plain(trim(text));
    note_links(bare, line);
    next.title = bare.text;
    next.parent = section();
    while (next.parent != kNone && out_.sections[next.parent].level >= level)
      next.parent = out_.sections[next.parent].parent;
    next.statement = out_.statements.size();
    Statement statement;
    statement.kind = Kind::Heading;
    statement.line = line;
    statement.text = next.title;
    statement.block = ++block_;
    out_.sections.push_back(std::move(next));
    statement.section = section();
    add(std::move(statement));
    lead_.clear();
  }

  void end_paragraph() {
    if (flow_.text.empty()) return;
    const Flow flow = std::exchange(flow_, {});
    const bool item = item_indent_ != kNone;
    Plain bare = plain(flow.text);
    ++block_;
    const std::string lead = item ? (items_.empty() ? lead_ : items_.back().second) : std::string();
    const auto starts = sentence_starts(bare);
    for (size_t s = 0; s < starts.size(); ++s) {
      const size_t begin = starts[s];
      const size_t end = s + 1 < starts.size() ? starts[s + 1] : bare.text.size();
      Statement statement;
      statement.kind = item ? Kind::Item : Kind::Prose;
      statement.text = trim(std::string_view(bare.text).substr(begin, end - begin));
      if (statement.text.empty()) continue;
      statement.line = flow.line_at(begin < bare.origin.size() ? bare.origin[begin] : 0);
      statement.block = block_;
      statement.section = section();
      statement.lead = lead;
      for (const auto& [at, code] : bare.code) {
        if (at >= begin && at < end) statement.code_spans.push_back(code);
      }
      for (auto& [at, link] : bare.links) {
        if (at < begin || at >= end) continue;
        link.line = flow.line_at(at < bare.origin.size() ? bare.origin[at] : 0);
        link.statement = out_.statements.size();
        out_.links.push_back(std::move(link));
      }
      add(std::move(statement));
    }
    if (item) {
      items_.emplace_back(item_indent_, bare.text);
    } else {
      lead_ = out_.statements.empty() ? std::string() : out_.statements.back().text;
    }
  }

  void note_links(Plain& bare, size_t line) {
    for (auto& [at, link] : bare.links) {
      link.line = line;
      link.statement = out_.statements.size();
      out_.links.push_back(std::move(link));
    }
  }

  void add(Statement statement) {
    statement.text = printable(statement.text);
    out_.statements.push_back(std::move(statement));
  }

  size_t section() const { return out_.sections.empty() ? kNone : out_.sections.size() - 1; }

  // What needs the whole text.
  void finish() {
    static const Regex german(R"(\b(der|die|das|und|ist|nicht|mit|von|wurde|nach|bei|ein|eine|auf|im|zu|den)\b)");
    static const Regex english(R"(\b(the|and|is|not|with|of|was|after|at|a|an|on|in|to|for|that)\b)");
    size_t de = 0;
    size_t en = 0;
    for (Statement& statement : out_.statements) {
      if (statement.kind == Kind::Code) continue;
      de += german.find_all(statement.text, 20).size();
      en += english.find_all(statement.text, 20).size();
      std::string headings;
      if (statement.kind != Kind::Heading) headings = out_.path(statement);
      statement.hedged = hedge().found_in(statement.text) || open_heading().found_in(headings) ||
                         (statement.kind == Kind::Item && hedge().found_in(statement.lead));
      statement.withdrawn = withdrawal().found_in(statement.text) ||
                            (statement.kind == Kind::Item && withdrawal().found_in(statement.lead));
    }
    out_.german = de > en;
  }

  std::vector<std::string_view> lines_;
  PostMortem out_;
  Flow flow_;
  std::string lead_;
  std::vector<std::pair<size_t, std::string>> items_;  // indent and text of the items above, outermost first
  size_t item_indent_ = kNone;                         // of the item that is being read
  size_t block_ = 0;
  bool blank_before_ = true;
  bool in_code_ = false;
};

}  // namespace

std::string PostMortem::path(const Statement& statement) const {
  std::string text;
  size_t budget = 8;
  for (size_t at = statement.section; at != kNone && budget > 0; at = sections[at].parent, --budget)
    text = text.empty() ? sections[at].title : sections[at].title + " > " + text;
  return text;
}

std::string PostMortem::block_text(const Statement& statement) const {
  const auto first = std::ranges::lower_bound(statements, statement.block, {}, &Statement::block);
  std::string text;
  for (auto at = first; at != statements.end() && at->block == statement.block && text.size() < 20'000; ++at)
    text += (text.empty() ? "" : " ") + at->text;
  return text;
}

Result<PostMortem> read_post_mortem(std::string_view text) { return Reader().read(text); }

}  // namespace inquest::review
