#include "experiment/table.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/words.h"

namespace inquest::experiment {
namespace {

constexpr size_t kMostColumns = 64;
constexpr size_t kMostRows = 200'000;
constexpr size_t kMostCell = 200;
constexpr size_t kMostTables = 100;
constexpr size_t kSampleLines = 200;  // by which the separator is chosen

void put(uint32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0U | (point >> 6U));
    out += static_cast<char>(0x80U | (point & 0x3fU));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0U | (point >> 12U));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (point & 0x3fU));
  } else {
    out += static_cast<char>(0xf0U | (point >> 18U));
    out += static_cast<char>(0x80U | ((point >> 12U) & 0x3fU));
    out += static_cast<char>(0x80U | ((point >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (point & 0x3fU));
  }
}

std::string from_utf16(std::string_view bytes, bool big) {
  std::string out;
  const auto unit = [&](size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<uint32_t>(big ? (a << 8U) | b : (b << 8U) | a);
  };
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t point = unit(i);
    if (point >= 0xd800 && point < 0xdc00 && i + 3 < bytes.size() && (unit(i + 2) & 0xfc00U) == 0xdc00) {
      point = 0x10000 + ((point - 0xd800) << 10U) + (unit(i + 2) - 0xdc00);
      i += 2;
    }
    put(point, out);
  }
  return out;
}

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 4;
    if (more == 4 || i + more >= text.size()) return false;
    for (size_t j = 1; j <= more; ++j) {
      if ((static_cast<unsigned char>(text[i + j]) & 0xc0U) != 0x80) return false;
    }
    i += more + 1;
  }
  return true;
}

// What spreadsheets write: UTF-8, UTF-16 ("Unicode text"), or the code page of western Windows, whose letters are those
// of Latin-1.
std::string to_utf8(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("\xff\xfe")) return from_utf16(text.substr(2), false);
  if (text.starts_with("\xfe\xff")) return from_utf16(text.substr(2), true);
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) put(static_cast<unsigned char>(c), out);
  return out;
}

std::string cell_of(std::string_view text) { return ellipsis(trim(printable(text)), kMostCell); }

// Puts rows of cells together to a table; the first is the header.
class TableBuilder {
 public:
  explicit TableBuilder(std::string form, std::string title = {}) {
    table_.form = std::move(form);
    table_.title = std::move(title);
  }

  void header(const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
      if (table_.header.size() == kMostColumns) {
        table_.notes.push_back(fmt::format("only the first {} of {} columns were read", kMostColumns, cells.size()));
        break;
      }
      std::string name = plain(cell);
      if (name.empty()) name = fmt::format("column {}", table_.header.size() + 1);
      // Two columns of one name could not be told apart in the answer.
      const size_t same = ++seen_[fold(name)];
      if (same > 1) name += fmt::format(" ({})", same);
      table_.header.push_back(std::move(name));
    }
  }

  void row(std::vector<std::string> cells, size_t line) {
    if (table_.rows.size() == kMostRows) {
      if (!full_) table_.notes.push_back(fmt::format("line {}: rows from here on were left out", line));
      full_ = true;
      return;
    }
    if (std::ranges::all_of(cells, [](const std::string& cell) { return cell.empty(); })) return;
    if (cells.size() > table_.header.size()) {
      uneven(line, "more");
    } else if (cells.size() < table_.header.size()) {
      uneven(line, "fewer");
    }
    cells.resize(table_.header.size());
    table_.rows.push_back({std::move(cells), line});
  }

  std::optional<Table> take() {
    if (table_.rows.empty() || table_.header.size() < 2) return std::nullopt;
    if (uneven_ > kToldUneven)
      table_.notes.push_back(fmt::format("{} more rows are longer or shorter than the header", uneven_ - kToldUneven));
    return std::move(table_);
  }

 private:
  static constexpr size_t kToldUneven = 3;

  void uneven(size_t line, std::string_view what) {
    if (++uneven_ <= kToldUneven)
      table_.notes.push_back(fmt::format("line {}: the row has {} cells than the header", line, what));
  }

  Table table_;
  std::map<std::string, size_t> seen_;
  size_t uneven_ = 0;
  bool full_ = false;
};

// ---- Markdown

std::vector<std::string> pipe_cells(std::string_view line) {
  line = trim(line);
  if (line.starts_with('|')) line.remove_prefix(1);
  std::vector<std::string> out;
  std::string cell;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      out.push_back(cell_of(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  if (!trim(cell).empty()) out.push_back(cell_of(cell));
  return out;
}

// "|---|:--:|": under every header of a Markdown table, and nowhere else.
bool is_rule(std::string_view line) {
  line = trim(line);
  return line.find('-') != std::string_view::npos && line.find('|') != std::string_view::npos &&
         line.find_first_not_of("-:| \t") == std::string_view::npos;
}

std::vector<Table> markdown_tables(const std::vector<std::string_view>& lines) {
  std::vector<Table> tables;
  std::string title;
  for (size_t i = 0; i + 1 < lines.size() && tables.size() < kMostTables; ++i) {
    const std::string_view line = trim(lines[i]);
    if (line.starts_with('#')) title = cell_of(line.substr(std::min(line.find_first_not_of('#'), line.size())));
    if (line.find('|') == std::string_view::npos || !is_rule(lines[i + 1])) continue;
    TableBuilder builder("Markdown", title);
    builder.header(pipe_cells(line));
    for (i += 2; i < lines.size() && lines[i].find('|') != std::string_view::npos; ++i)
      builder.row(pipe_cells(lines[i]), i + 1);
    if (auto table = builder.take()) tables.push_back(*std::move(table));
    --i;
  }
  return tables;
}

// ---- Separated values

struct RawRow {
  std::vector<std::string> cells;
  size_t line = 0;
};

// RFC 4180, with what spreadsheets and people make of it: a quote inside an unquoted cell is a character.
std::vector<RawRow> separated_rows(std::string_view text, char separator, size_t most) {
  std::vector<RawRow> rows;
  RawRow row;
  std::string cell;
  bool quoted = false;
  bool was_quoted = false;
  size_t line = 1;
  row.line = 1;
  const auto end_cell = [&] {
    if (row.cells.size() <= kMostColumns) row.cells.push_back(cell_of(cell));
    cell.clear();
    was_quoted = false;
  };
  for (size_t i = 0; i <= text.size() && rows.size() < most; ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (quoted && i < text.size()) {
      if (c == '\n') ++line;
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && !was_quoted && trim(cell).empty()) {
      quoted = was_quoted = true;
      cell.clear();
    } else if (c == separator) {
      end_cell();
    } else if (c == '\n') {
      const bool blank = row.cells.empty() && trim(cell).empty();
      end_cell();
      if (!blank) rows.push_back(std::move(row));
      row = {{}, ++line};
    } else if (c != '\r') {
      cell += c;
    }
  }
  return rows;
}

struct Separator {
  char character;
  std::string_view form;
};
constexpr std::array<Separator, 4> kSeparators = {{{'\t', "separated by tabs"},
                                                   {';', "separated by semicolons"},
                                                   {',', "separated by commas"},
                                                   {'|', "separated by pipes"}}};

// The separator that cuts most of the first lines into the same number of cells, at least two. Of two that do so
// equally well it is the one that stands first: a comma may be a decimal one.
const Separator* choose_separator(std::string_view text) {
  const Separator* best = nullptr;
  size_t best_rows = 0;
  for (const Separator& candidate : kSeparators) {
    std::map<size_t, size_t> widths;
    const auto rows = separated_rows(text, candidate.character, kSampleLines);
    for (const RawRow& row : rows) ++widths[row.cells.size()];
    size_t agree = 0;
    for (const auto& [width, count] : widths) {
      if (width >= 2) agree = std::max(agree, count);
    }
    if (agree > best_rows) {
      best = &candidate;
      best_rows = agree;
    }
  }
  return best;
}

// Whether the first row is a run and not a heading: it has figures or signs, or nothing but words that say how a run
// ended or that something is so.
bool is_run(const RawRow& row) {
  bool values = true;
  for (const std::string& cell : row.cells) {
    std::string digits = cell;
    std::ranges::replace(digits, ',', '.');
    if (parse_double(digits)) return true;
    if (const auto outcome = outcome_of(cell); outcome && static_cast<unsigned char>(cell[0]) >= 0xe2) return true;
    values = values && (truth_of(cell) || outcome_of(cell));
  }
  return values;
}

std::optional<Table> separated_table(std::string_view text) {
  std::string kept;  // without comments, whose lines stay, so that line numbers are right
  if (text.starts_with("sep=")) text.remove_prefix(std::min(text.find('\n'), text.size()));
  bool heading = true;  // a first line "#;disk;..." numbers the runs
  for (const std::string_view line : lines(text)) {
    const bool comment = line.starts_with('#') && (!heading || line.find_first_of(",;\t|") == std::string_view::npos);
    if (!comment) {
      kept += line;
      heading = heading && trim(line).empty();
    }
    kept += '\n';
  }
  const Separator* separator = choose_separator(kept);
  if (separator == nullptr) return std::nullopt;
  auto rows = separated_rows(kept, separator->character, kMostRows + 2);
  if (rows.empty()) return std::nullopt;
  TableBuilder builder{std::string(separator->form)};
  size_t first = 0;
  if (is_run(rows[0])) {
    builder.header(std::vector<std::string>(rows[0].cells.size()));
  } else {
    builder.header(rows[0].cells);
    first = 1;
  }
  for (size_t i = first; i < rows.size(); ++i) builder.row(std::move(rows[i].cells), rows[i].line);
  auto table = builder.take();
  if (table && first == 0) table->notes.emplace_back("the table has no header: its columns are numbered");
  return table;
}

}  // namespace

Result<std::vector<Table>> read_tables(std::string_view bytes) {
  const std::string text = to_utf8(bytes);
  std::vector<Table> tables = markdown_tables(lines(text));
  if (tables.empty()) {
    if (auto table = separated_table(text)) tables.push_back(*std::move(table));
  }
  if (tables.empty()) {
    return fail(ErrorCode::Malformed,
                "there is no table in it: expected is a header and one run a row, as CSV, TSV or Markdown");
  }
  return tables;
}

}  // namespace inquest::experiment
