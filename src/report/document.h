// A report before it has a format: what is said, in which order and how it hangs together. Text and Markdown
// are two renderings of it, so they cannot say different things.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace inquest::report {

// What a piece of text is; how that looks is the renderer's business.
enum class Style : uint8_t {
  Plain,
  Strong,
  Faint,
  Good,
  Warning,
  Bad,
  Code,  // a path, a command, words out of the evidence
  Cite,  // "[1,2]": numbers of citations
};

struct Span {
  std::string text;  // printable, one line
  Style style = Style::Plain;
};

// One paragraph's worth of text: spans that follow each other without anything between.
class Text {
 public:
  Text() = default;
  // Any string, of evidence too: what a terminal must not see is removed here, and nowhere else needs to
  // care.
  explicit Text(std::string_view text, Style style = Style::Plain) { add(text, style); }

  Text& add(std::string_view text, Style style = Style::Plain);
  Text& add(const Text& other);
  const std::vector<Span>& spans() const { return spans_; }
  bool empty() const { return spans_.empty(); }
  size_t width() const;  // in columns, on one line

 private:
  std::vector<Span> spans_;
};

struct Heading {
  int level = 2;  // 1: the title of the report or of an incident; 2: a section
  std::string text;
};

struct Paragraph {
  Text text;
};

struct Item {
  Text label;  // of a labelled list
  std::vector<Text> paragraphs;
  std::string command;  // exact, its lines never broken; may be empty
};

struct List {
  enum class Kind : uint8_t { Bulleted, Numbered, Labelled };
  Kind kind = Kind::Bulleted;
  std::vector<Item> items;
};

struct Column {
  std::string title;
  bool right = false;     // figures
  bool flexible = false;  // takes what the others leave, and wraps
};

struct Row {
  std::vector<Text> cells;  // as many as columns, or one that spans them all
  std::vector<Text> notes;  // below the row, over the full width

  bool spanning(size_t columns) const { return cells.size() == 1 && columns > 1; }
};

struct Table {
  std::vector<Column> columns;
  std::string notes_title;  // of the column that notes make where rows cannot have them
  std::vector<Row> rows;
};

// A drawing, for formats that can show one.
struct Figure {
  std::string svg;  // one <svg> element, escaped where it holds words of the evidence
  Text caption;
};

using Block = std::variant<Heading, Paragraph, List, Table, Figure>;
using Document = std::vector<Block>;

}  // namespace inquest::report
