// The tables that `influx query` prints, and those of InfluxDB 1's shell. docs/formats/influx_table.md
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/decoder.h"
#include "decode/flux_columns.h"
#include "decode/line_reader.h"
#include "decode/sample_table.h"
#include "decode/telemetry.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kKeys = "Table: keys: [";
constexpr size_t kMostColumns = 1024;

// A run of dashes below a column's name.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

// The columns that a line of dashes and blanks draws; none for another line.
std::vector<Span> dashes(std::string_view line) {
  std::vector<Span> out;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == ' ') {
      ++at;
      continue;
    }
    const size_t end = std::min(line.find_first_not_of('-', at), line.size());
    if (end == at || (end != line.size() && line[end] != ' ') || out.size() == kMostColumns) return {};
    out.push_back({at, end});
    at = end;
  }
  return out;
}

// Shells before 1.7 pad with tabs.
std::string expand_tabs(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (c == '\t') {
      out.append(8 - out.size() % 8, ' ');
    } else {
      out += c;
    }
  }
  return out;
}

// Cuts lines at the edges of columns.
class Ruler {
 public:
  // Right-aligned columns end where their dashes do, left-aligned ones begin there.
  void set(const std::vector<Span>& spans, bool right) {
    edges_.clear();
    for (size_t i = 0; i + 1 < spans.size(); ++i) edges_.push_back(right ? spans[i].end : spans[i + 1].begin);
    cells_.resize(spans.size());
  }

  // The cells of a line, or nothing where a word crosses an edge and the line has not just one word for each column
  // either.
  std::span<const std::string_view> cut(std::string_view line) {
    size_t begin = 0;
    for (size_t i = 0; i < edges_.size(); ++i) {
      const size_t edge = std::min(edges_[i], line.size());
      if (edge > 0 && edge < line.size() && line[edge - 1] != ' ' && line[edge] != ' ') return cut_words(line);
      cells_[i] = trim(line.substr(begin, edge - begin));
      begin = edge;
    }
    cells_.back() = trim(line.substr(begin));
    return cells_;
  }

 private:
  // The dashes do not fit: the table was pasted without its runs of blanks, or a wide character shifted it.
  std::span<const std::string_view> cut_words(std::string_view line) {
    const auto words = split_blanks(line);
    if (words.size() != cells_.size()) return {};
    std::ranges::copy(words, cells_.begin());
    return cells_;
  }

  std::vector<size_t> edges_;  // between columns
  std::vector<std::string_view> cells_;
};

class InfluxTable : public LineReader {
 public:
  explicit InfluxTable(Sink& to) : LineReader(to), telemetry_(to), table_(telemetry_) {}

 protected:
  void line(std::string_view text, const Place& place) override {
    if (text.find('\t') == std::string_view::npos) {
      take(text, place);
    } else {
      take(expand_tabs(text), place);
    }
  }

  void end() override {
    drop_title();
    telemetry_.finish();
  }

 private:
  void take(std::string_view text, const Place& place) {
    if (text.find_first_not_of(' ') == std::string_view::npos) {
      drop_title();
      leave_table();
    } else if (text.starts_with('-') && !dashes(text).empty() && (in_rows_ || !title_.empty())) {
      draw(dashes(text));
    } else if (about(text, place)) {
      drop_title();
    } else if (!in_rows_) {
      drop_title();
      title_ = text;
      title_at_ = place;
    } else if (text != header_) {
      const auto cells = ruler_.cut(text);
      if (cells.empty()) {
        sink().problem(place, "row does not fit below its header");
      } else {
        table_.row(cells, place);
      }
    }
  }

  // Lines around tables.
  bool about(std::string_view text, const Place& place) {
    if (text.starts_with("Result: ")) {
      result_ = trim(text.substr(8));
      leave_table();
    } else if (text.starts_with(kKeys)) {
      leave_table();
      flux_ = true;
      keys_ = text.substr(kKeys.size());
      if (keys_.ends_with(']')) keys_.pop_back();
    } else if (in_rows_ && flux_) {
      return false;
    } else if (text.starts_with("name: ")) {
      leave_table();
      measurement_ = trim(text.substr(6));
    } else if (text.starts_with("tags: ")) {
      tags_ = trim(text.substr(6));
    } else if (text.starts_with("ERR: ") || text.starts_with("Error: ")) {
      const std::string_view what = text.substr(text.find(' ') + 1);
      sink().problem(place, fmt::format("the query failed: {}", ellipsis(printable(what), 200)));
      leave_table();
    } else if (text.starts_with('>') || text.starts_with("Connected to ") || text.starts_with("InfluxDB shell") ||
               text.starts_with("Using database ")) {
      // What was typed, and what the shell says besides.
      leave_table();
    } else {
      return false;
    }
    return true;
  }

  void leave_table() {
    in_rows_ = false;
    flux_ = false;
    measurement_.clear();
    tags_.clear();
  }

  // A line outside of tables that was not the header of one.
  void drop_title() {
    if (!title_.empty()) sink().problem(title_at_, "a line outside of any table");
    title_.clear();
  }

  void draw(const std::vector<Span>& spans) {
    if (!in_rows_) header_ = std::exchange(title_, {});
    ruler_.set(spans, flux_);
    in_rows_ = true;
    const auto names = ruler_.cut(header_);
    table_.set_names(measurement_, tags_, flux_ ? result_ : "");
    table_.define(names.empty() ? std::vector<Column>() : flux_ ? flux_columns(names) : shell_columns(names));
  }

  // "_value:float" and the like.
  std::vector<Column> flux_columns(std::span<const std::string_view> names) const {
    const auto key = split(keys_, ',');
    std::vector<FluxColumn> out;
    for (const std::string_view name : names) {
      const size_t colon = std::min(name.rfind(':'), name.size());
      FluxColumn column;
      column.name = name.substr(0, colon);
      column.type = flux_type(name.substr(std::min(colon + 1, name.size())));
      column.in_key = std::ranges::any_of(key, [&](std::string_view k) { return trim(k) == column.name; });
      out.push_back(std::move(column));
    }
    return sample_columns(out);
  }

  std::vector<Column> shell_columns(std::span<const std::string_view> names) const {
    std::vector<Column> out;
    for (const std::string_view name : names) {
      Role role = tags_.empty() ? Role::Guess : Role::GuessField;
      if (name == "time") role = Role::Time;
      if (name == "host") role = Role::Host;
      out.push_back({std::string(name), role, ""});
    }
    return out;
  }

  Telemetry telemetry_;
  SampleTable table_;
  Ruler ruler_;
  std::string title_;  // the last line outside of tables: the header of one, if dashes follow
  Place title_at_;
  std::string header_;
  bool in_rows_ = false;
  bool flux_ = false;
  // What was said above the table.
  std::string result_;
  std::string keys_;
  std::string measurement_;
  std::string tags_;
};

Claim sniff(const Head& head) {
  std::string before;
  for (const std::string_view line : head.lines(50)) {
    if (line.starts_with(kKeys)) return Claim::Certain;
    const std::string text = expand_tabs(line.substr(0, 4096));
    // Each run of dashes is as long as the name above it.
    if (const auto spans = dashes(text); spans.size() > 1 && before.starts_with("time ")) {
      const auto below_a_name = [&](Span s) {
        return s.end <= before.size() && before[s.begin] != ' ' && (s.begin == 0 || before[s.begin - 1] == ' ') &&
               (s.end == before.size() || before[s.end] == ' ');
      };
      if (std::ranges::all_of(spans, below_a_name)) return Claim::Certain;
    }
    before = text;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<InfluxTable>(sink); }

}  // namespace

extern const Decoder influx_table_decoder;
const Decoder influx_table_decoder = {"influx_table", "tables as influx query and InfluxDB 1's shell print them", sniff,
                                      open};

}  // namespace inquest::decode
