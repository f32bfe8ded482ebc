// Tables in Markdown: the rows of a reproduction matrix, of a list of causes that were looked at. One fact a row.
// Source: GitHub Flavored Markdown, section 4.10.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostCells = 64;

// The cells of "| a | b \| c |"; empty where the line is no row.
std::vector<std::string> cells(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('|')) return {};
  std::vector<std::string> out;
  std::string cell;
  for (size_t i = 1; i < line.size() && out.size() < kMostCells; ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      out.emplace_back(trim(cell));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  if (!trim(cell).empty() && out.size() < kMostCells) out.emplace_back(trim(cell));
  return out;
}

// "|---|:--:|"
bool is_rule(const std::vector<std::string>& row) {
  return !row.empty() && std::ranges::all_of(row, [](std::string_view cell) {
    return !cell.empty() && cell.find_first_not_of("-: ") == std::string_view::npos &&
           cell.find('-') != std::string_view::npos;
  });
}

class MarkdownTable : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const auto row = cells(text);
    if (row.empty()) {
      if (text.starts_with('#')) title_ = trim(text.substr(std::min(text.find_first_not_of('#'), text.size())));
      heading_.clear();
      ruled_ = false;
      if (!trim(text).empty() && !text.starts_with('#')) sink().fact({}, "table.text", trim(text), place);
      return;
    }
    if (heading_.empty()) {
      heading_ = row;
    } else if (!ruled_ && is_rule(row)) {
      ruled_ = true;
    } else if (ruled_) {
      record(row, place);
    } else {
      sink().problem(place, "a row of a table without a line under its heading");
    }
  }

  void record(const std::vector<std::string>& row, const Place& place) {
    if (row.size() > heading_.size()) sink().problem(place, "a row with more cells than the heading");
    std::string value = title_.empty() ? std::string() : fmt::format("{}: ", title_);
    for (size_t i = 0; i < std::min(row.size(), heading_.size()); ++i) {
      value += fmt::format("{}{} = {}", i == 0 ? "" : "; ", heading_[i], row[i]);
    }
    sink().fact({}, "table.row", value, place);
  }

  std::string title_;
  std::vector<std::string> heading_;
  bool ruled_ = false;
};

// Of tables and next to nothing else: a report in Markdown is not evidence.
Claim sniff(const Head& head) {
  size_t rows = 0;
  size_t others = 0;
  bool rule = false;
  for (const std::string_view line : head.lines(500)) {
    if (trim(line).empty() || line.starts_with('#')) continue;
    const auto row = cells(line);
    rule = rule || is_rule(row);
    ++(row.empty() ? others : rows);
  }
  return rule && rows >= 3 && others * 4 <= rows ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<MarkdownTable>(sink); }

}  // namespace

extern const Decoder markdown_table_decoder;
const Decoder markdown_table_decoder = {"markdown_table", "tables in Markdown: runs of an experiment, causes looked at",
                                        sniff, open};

}  // namespace inquest::decode
