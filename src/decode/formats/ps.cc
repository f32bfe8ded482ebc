// ps: `ps aux`, `ps -ef`, `ps -eo ...`, `top -b`: what ran when somebody looked. docs/formats/ps.md
// Source: procps src/ps/output.c, src/top/top.c.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostColumns = 64;

// What a heading's columns are; only those that the records need.
struct Columns {
  size_t count = 0;
  std::optional<size_t> pid;
  std::optional<size_t> state;
  std::optional<size_t> user;
  std::optional<size_t> cpu;
  std::optional<size_t> memory;
  std::optional<size_t> resident;
  std::optional<size_t> wait;
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> known) {
  return std::ranges::find(known, word) != known.end();
}

// The columns of "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND" and its kin. The last one
// is the command's, which may have blanks.
std::optional<Columns> heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 3 || words.size() > kMostColumns) return std::nullopt;
  // A list of one's own (`ps -eo pid,ppid,...`) may end with any column; then it has both ids.
  const bool command = is_one_of(words.back(), {"COMMAND", "CMD", "BEFEHL", "ARGS", "COM."});
  const bool own =
      std::ranges::find(words, "PPID") != words.end() && std::ranges::none_of(words, [](std::string_view word) {
        return word.find_first_of("abcdefghijklmnopqrstuvwxyz:") != std::string_view::npos;
      });
  if (!command && !own) return std::nullopt;
  Columns out;
  out.count = words.size();
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "PID") out.pid = i;
    if (is_one_of(word, {"STAT", "S"})) out.state = i;
    if (is_one_of(word, {"USER", "UID", "BENUTZER", "UTIL.", "USUARIO"})) out.user = i;
    if (word == "%CPU") out.cpu = i;
    if (is_one_of(word, {"%MEM", "%SPEI"})) out.memory = i;
    if (is_one_of(word, {"RSS", "RES"})) out.resident = i;
    if (word == "WCHAN") out.wait = i;
  }
  return out.pid ? std::optional(out) : std::nullopt;
}

// top's lines above its table.
bool is_top(std::string_view line) { return line.starts_with("top - ") && line.find(" up ") != std::string_view::npos; }

class Ps : public ToolReader {
 public:
  explicit Ps(Sink& sink) : ToolReader(sink, {"ps", "top"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (is_top(line)) {
      columns_.reset();
      in_top_ = true;
      fact("top.header", line.substr(0, 256), place);
    } else if (const auto columns = heading(line)) {
      columns_ = columns;
    } else if (columns_) {
      process(line, place);
    } else if (in_top_) {
      summary(line, place);
    } else {
      sink().problem(place, "a line before the heading");
    }
  }

  // "Tasks: 231 total, ...", "%Cpu(s):  1,2 us, ...", "MiB Mem : ..."
  void summary(std::string_view line, const Place& place) {
    const auto field = split_field(line);
    if (!field) return sink().problem(place, "a line of top that is no summary");
    fact(fmt::format("top.{}", key_of(field->key)), field->value.substr(0, 256), place);
  }

  void process(std::string_view line, const Place& place) {
    const auto cells = cells_of(line, columns_->count);
    // Threads of the process above, with `m`.
    if (cells.size() > *columns_->pid && cells[*columns_->pid] == "-") return;
    // Some columns may be empty or hold blanks ("Jan 31"), so only a row whose process id is in its place is taken.
    if (cells.size() + 1 < columns_->count || cells.size() <= *columns_->pid ||
        !parse_int<uint32_t>(cells[*columns_->pid]))
      return sink().problem(place, "a row that is no process");
    if (++count_ > kMost) return sink().problem(place, "more processes than are kept: the rest was left out");
    const auto cell = [&](const std::optional<size_t>& at) {
      return at && *at + 1 < cells.size() ? cells[*at] : std::string_view();
    };
    const std::string_view state = cell(columns_->state);
    const std::string resident = with_point(cell(columns_->resident));
    const std::string cpu = with_point(cell(columns_->cpu));
    const std::string memory = with_point(cell(columns_->memory));
    const std::string_view names[] = {"user", "state", "cpu%", "mem%", "rss", "wchan"};
    const std::string_view figures[] = {cell(columns_->user), state, cpu, memory, resident, cell(columns_->wait)};
    const std::string_view command = cells.back();
    const std::string row = row_text(names, figures);
    const std::string value =
        fmt::format("{} {}{}{}", cells[*columns_->pid], command.substr(0, 200), row.empty() ? "" : " ", row);
    fact("process", value, place);
    // A process that waits for I/O and can't be killed; one that nobody waited for.
    if (state.starts_with('D')) fact("process.blocked", value, place);
    if (state.starts_with('Z')) fact("process.zombie", value, place);
  }

  static constexpr size_t kMost = 50'000;
  std::optional<Columns> columns_;
  bool in_top_ = false;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ps", "top"}, 40);
  if (tool.lines.empty()) return Claim::No;
  if (is_top(tool.lines.front())) return Claim::Certain;
  const auto columns = heading(tool.lines.front());
  if (!columns) return Claim::No;
  size_t rows = 0;
  for (const std::string_view line : tool.lines) {
    const auto cells = cells_of(line, columns->count);
    if (cells.size() <= *columns->pid) continue;
    if (cells[*columns->pid] == "-" || parse_int<uint32_t>(cells[*columns->pid])) ++rows;
  }
  return tool.asked || rows * 2 >= tool.lines.size() ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Ps>(sink); }

}  // namespace

extern const Decoder ps_decoder;
const Decoder ps_decoder{"ps", "ps and top -b: what ran when somebody looked", sniff, open};

}  // namespace inquest::decode
