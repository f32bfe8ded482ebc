#include "report/text.h"

#include <algorithm>

#include "base/text.h"
#include "report/compose.h"
#include "report/table_layout.h"
#include "report/wrap.h"

namespace inquest::report {
namespace {

constexpr size_t kIndent = 2;        // of everything below a heading
constexpr size_t kWidestLabel = 20;  // a longer label stands on a line of its own
constexpr size_t kLeastWidth = 40;   // so that something is left beside every indent

std::string_view sgr(Style style) {
  switch (style) {
    case Style::Plain: return {};
    case Style::Strong: return "1";
    case Style::Faint:
    case Style::Cite: return "2";
    case Style::Good: return "32";
    case Style::Warning: return "33";
    case Style::Bad: return "31";
    case Style::Code: return "36";
  }
  return {};
}

class Painter {
 public:
  Painter(size_t width, bool colour) : width_(std::max<size_t>(width, kLeastWidth)), colour_(colour) {}

  void operator()(const Heading& heading) {
    if (!out_.empty()) newline();
    const auto title = wrap(Text(heading.text, Style::Strong), width_);
    for (const Line& line : title) put_line(0, line);
    if (heading.level > 1) return;
    size_t longest = 0;
    for (const Line& line : title) longest = std::max(longest, line.width);
    put_line(0, {{{std::string(std::min(longest, width_), '='), Style::Plain}}, 0});
  }

  void operator()(const Paragraph& paragraph) {
    separate(After::Paragraph);
    put(paragraph.text, kIndent);
  }

  void operator()(const List& list) {
    separate(After::List);
    size_t label_width = 0;
    if (list.kind == List::Kind::Labelled) {
      for (const Item& item : list.items) {
        if (item.label.width() <= kWidestLabel) label_width = std::max(label_width, item.label.width());
      }
      label_width += 2;
    } else {
      label_width = list.kind == List::Kind::Numbered ? std::to_string(list.items.size()).size() + 2 : 2;
    }
    size_t number = 0;
    for (const Item& item : list.items) {
      ++number;
      switch (list.kind) {
        case List::Kind::Bulleted: put_item(item, Text("-"), label_width); break;
        case List::Kind::Numbered: put_item(item, Text(std::to_string(number) + "."), label_width); break;
        case List::Kind::Labelled: put_item(item, item.label, label_width); break;
      }
    }
  }

  void operator()(const Figure& /*figure*/) {}  // what it shows is in the tables too

  void operator()(const Table& table) {
    separate(After::List);
    // Rows that are grouped under spanning ones stand further in.
    const bool grouped =
        std::ranges::any_of(table.rows, [&](const Row& row) { return row.spanning(table.columns.size()); });
    const size_t indent = grouped ? 2 * kIndent : kIndent;
    const std::vector<size_t> widths = column_widths(table, width_ - indent);
    Row header;
    for (const Column& column : table.columns) header.cells.emplace_back(column.title, Style::Faint);
    const bool titled = std::ranges::any_of(table.columns, [](const Column& column) { return !column.title.empty(); });
    if (titled) put_row(table, header, widths, indent);
    for (const Row& row : table.rows) {
      if (row.spanning(table.columns.size())) {
        put(row.cells[0], kIndent);
      } else {
        put_row(table, row, widths, indent);
      }
      for (const Text& note : row.notes) put(note, indent + kIndent);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  enum class After : uint8_t { Heading, Paragraph, List };

  void newline() {
    out_ += '\n';
    after_ = After::Heading;
  }

  // A blank line where another kind of block begins; paragraphs that follow each other get one too.
  void separate(After next) {
    if (after_ != After::Heading) out_ += '\n';
    after_ = next;
  }

  void put(const Text& text, size_t indent) {
    for (const Line& line : wrap(text, width_ - indent)) put_line(indent, line);
  }

  void put_item(const Item& item, const Text& label, size_t label_width) {
    const size_t indent = kIndent + label_width;
    size_t at = indent;
    if (label.width() < label_width) {
      blanks(kIndent);
      put_spans(label.spans());
      at = label_width - label.width();
      if (item.paragraphs.empty()) end_line();
    } else {
      put(label, kIndent);
    }
    for (const Text& paragraph : item.paragraphs) {
      for (const Line& line : wrap(paragraph, width_ - indent)) {
        put_line(at, line);
        at = indent;
      }
    }
    for (const std::string_view line : lines(item.command)) {
      put_line(indent, {{{printable(line), Style::Code}}, 0});
    }
  }

  void put_row(const Table& table, const Row& row, const std::vector<size_t>& widths, size_t indent) {
    std::vector<std::vector<Line>> cells;
    size_t height = 1;
    for (size_t i = 0; i < std::min(row.cells.size(), widths.size()); ++i) {
      const bool last = i + 1 == widths.size();
      cells.push_back(wrap(row.cells[i], widths[i], last ? LongWords::Keep : LongWords::Break));
      height = std::max(height, cells.back().size());
    }
    for (size_t line = 0; line < height; ++line) {
      size_t owed = indent;  // blanks that are written only when something follows them
      for (size_t i = 0; i < cells.size(); ++i) {
        const Line empty;
        const Line& cell = line < cells[i].size() ? cells[i][line] : empty;
        const size_t pad = widths[i] - std::min(widths[i], cell.width);
        if (table.columns[i].right) owed += pad;
        if (cell.width > 0) {
          blanks(owed);
          put_spans(cell.spans);
          owed = 0;
        }
        if (!table.columns[i].right) owed += pad;
        owed += kColumnGap;
      }
      end_line();
    }
  }

  void put_line(size_t indent, const Line& line) {
    if (!line.spans.empty()) blanks(indent);
    put_spans(line.spans);
    end_line();
  }

  void put_spans(const std::vector<Span>& spans) {
    for (const Span& span : spans) {
      const std::string_view code = colour_ ? sgr(span.style) : std::string_view();
      if (code.empty()) {
        out_ += span.text;
      } else {
        out_.append("\x1b[").append(code).append("m").append(span.text).append("\x1b[0m");
      }
    }
  }

  void blanks(size_t count) { out_.append(count, ' '); }
  void end_line() { out_ += '\n'; }

  size_t width_;
  bool colour_;
  After after_ = After::Heading;
  std::string out_;
};

}  // namespace

std::string render_text(const Document& document, size_t width, bool colour) {
  Painter painter(width, colour);
  for (const Block& block : document) std::visit(painter, block);
  return painter.take();
}

std::string render_text(const model::Case& the_case, const model::Inquiry& inquiry, const TextOptions& options) {
  return render_text(compose(the_case, inquiry, {options.all}), options.width, options.colour);
}

}  // namespace inquest::report
