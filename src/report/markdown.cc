#include "report/markdown.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "report/compose.h"

namespace inquest::report {
namespace {

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0; }

// What only means something at the start of a line: headings, lists, rules, underlines of headings.
std::string escape_start(std::string text) {
  if (text.empty()) return text;
  if (std::string_view("#+-=").find(text[0]) != std::string_view::npos) return "\\" + text;
  const size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string::npos || (text[digits] != '.' && text[digits] != ')')) return text;
  if (digits + 1 == text.size() || text[digits + 1] == ' ') text.insert(digits, "\\");
  return text;
}

// The longest run of backticks.
size_t longest_fence(std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// Every bar escaped once: those outside of code are already, those inside need it in a table only.
std::string escape_bars(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\|")) ++i;
    if (text[i] == '|') out += '\\';
    out += text[i];
  }
  return out;
}

std::string in_markup(const Span& span) {
  const std::string_view core = trim(span.text);
  if (core.empty()) return span.text;
  const auto before = static_cast<size_t>(core.data() - span.text.data());
  const size_t after = span.text.size() - before - core.size();
  std::string marked;
  switch (span.style) {
    case Style::Code: marked = code_span(core); break;
    case Style::Strong:
    case Style::Bad: marked = "**" + escape_markdown(core) + "**"; break;
    case Style::Plain:
    case Style::Faint:
    case Style::Good:
    case Style::Warning: marked = escape_markdown(core); break;
    // Reads as itself: no text can define a link of that name, as its brackets are escaped.
    case Style::Cite: marked = core; break;
  }
  return std::string(before, ' ') + marked + std::string(after, ' ');
}

// One paragraph on one line.
std::string inline_text(const Text& text) {
  std::string out;
  for (const Span& span : text.spans()) out += in_markup(span);
  return escape_start(std::string(trim(out)));
}

class Writer {
 public:
  void operator()(const Heading& heading) {
    separate();
    out_ += fmt::format("{} {}\n", std::string(static_cast<size_t>(heading.level), '#'), escape_markdown(heading.text));
  }

  void operator()(const Paragraph& paragraph) {
    separate();
    out_ += inline_text(paragraph.text) + "\n";
  }

  void operator()(const List& list) {
    separate();
    size_t number = 0;
    for (const Item& item : list.items) {
      const std::string bullet = list.kind == List::Kind::Numbered ? fmt::format("{}. ", ++number) : "- ";
      std::string text = list.kind == List::Kind::Labelled ? inline_text(item.label) : "";
      const std::string indent(bullet.size(), ' ');
      bool first = true;
      for (const Text& paragraph : item.paragraphs) {
        if (!first) text += "\\\n" + indent;
        if (first && !text.empty()) text += text.starts_with('[') ? " " : ": ";  // "[1]: x" would define a link
        text += inline_text(paragraph);
        first = false;
      }
      out_ += bullet + text + "\n";
      put_command(item.command, indent);
    }
  }

  void operator()(const Figure& /*figure*/) {}  // what it shows is in the tables too

  void operator()(const Table& table) {
    separate();
    const bool notes = std::ranges::any_of(table.rows, [](const Row& row) { return !row.notes.empty(); });
    std::string header = "|";
    std::string rule = "|";
    for (const Column& column : table.columns) {
      header += fmt::format(" {} |", escape_markdown(column.title));
      rule += column.right ? " ---: |" : " --- |";
    }
    if (notes) {
      header += fmt::format(" {} |", escape_markdown(table.notes_title));
      rule += " --- |";
    }
    out_ += header + "\n" + rule + "\n";
    for (const Row& row : table.rows) {
      out_ += "|";
      for (size_t i = 0; i < table.columns.size(); ++i) put_cell(i < row.cells.size() ? inline_text(row.cells[i]) : "");
      if (notes) {
        std::string text;
        for (const Text& note : row.notes) text += (text.empty() ? "" : "<br>") + inline_text(note);
        put_cell(text);
      }
      out_ += "\n";
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void separate() {
    if (!out_.empty()) out_ += '\n';
  }

  void put_cell(const std::string& text) { out_ += text.empty() ? " |" : fmt::format(" {} |", escape_bars(text)); }

  void put_command(std::string_view command, const std::string& indent) {
    if (command.empty()) return;
    const std::string fence(std::max<size_t>(3, longest_fence(command) + 1), '`');
    out_ += indent + fence + "sh\n";
    for (const std::string_view line : lines(command)) out_ += indent + printable(line) + "\n";
    out_ += indent + fence + "\n";
  }

  std::string out_;
};

}  // namespace

std::string escape_markdown(std::string_view text) {
  static constexpr std::string_view kSpecial = "\\`*_[]|~$";
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool word_before = i > 0 && word_character(text[i - 1]);
    const bool word_after = i + 1 < text.size() && word_character(text[i + 1]);
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '_' && word_before && word_after) {
      out += c;  // inside a word it means itself: names of functions stay readable in the source
    } else if (kSpecial.find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if ((c == '@' || c == '#') && !word_before && word_after) {
      out += c;
      out += "<!-- -->";  // GitHub would notify whoever has that name, and link the issue of that number
    } else {
      out += c;
    }
  }
  return out;
}

std::string code_span(std::string_view text) {
  const std::string fence(longest_fence(text) + 1, '`');
  const bool pad = text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
  const std::string_view blank = pad ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, blank, text, blank, fence);
}

std::string render_markdown(const Document& document) {
  Writer writer;
  for (const Block& block : document) std::visit(writer, block);
  return writer.take();
}

std::string render_markdown(const model::Case& the_case, const model::Inquiry& inquiry, bool all) {
  return render_markdown(compose(the_case, inquiry, {all}));
}

}  // namespace inquest::report
