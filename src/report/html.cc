#include "report/html.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/plot.h"

namespace inquest::report {
namespace {

// Colours of both schemes keep a contrast of 4.5:1 and more.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#59636e;--line:#d1d9e0;--paper:#fff;--soft:#f6f8fa;--good:#1a7f37;--warn:#9a6700;--bad:#cf222e;--mark:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--line:#3d444d;--paper:#0d1117;--soft:#151b23;--good:#3fb950;--warn:#d29922;--bad:#f85149;--mark:#4493f8}}
body{margin:0 auto;max-width:52rem;padding:1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:1.5rem 0 .75rem}h2{font-size:1.15rem;margin:1.75rem 0 .5rem;border-bottom:1px solid var(--line)}
p{margin:.25rem 0}ul,ol{padding-left:1.4rem}li{margin:.35rem 0}dl{margin:0}dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 0 1.4rem}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.5rem;margin:.35rem 0;white-space:pre-wrap;font-size:.85rem}code{font-size:.9em}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}th{white-space:nowrap}td.right,th.right{text-align:right}
tr.note td{border-bottom:0;color:var(--faint);padding-left:1rem}.faint,.cite{color:var(--faint)}.cite{font-size:.8em}.good{color:var(--good)}.warning{color:var(--warn)}.bad{color:var(--bad)}
figure{margin:1rem 0}figcaption{color:var(--faint);font-size:.85rem}svg{width:100%;height:auto;font:11px system-ui,sans-serif}svg text{fill:var(--faint)}time{white-space:nowrap}
.axis,.lane{stroke:var(--line);stroke-width:1}.death{fill:var(--bad);opacity:.25}.event{fill:var(--mark)}.figures{fill:none;stroke:var(--mark);stroke-width:1.5}
@media print{body{max-width:none;font-size:11pt}pre,tr,figure{break-inside:avoid}h1,h2{break-after:avoid}}
@media(max-width:36rem){body{padding:.6rem}h1{font-size:1.25rem}table{font-size:.85rem}svg{font-size:15px}}
)";

std::string_view class_of(Style style) {
  switch (style) {
    case Style::Faint: return "faint";
    case Style::Good: return "good";
    case Style::Warning: return "warning";
    case Style::Bad: return "bad";
    case Style::Cite: return "cite";
    case Style::Plain:
    case Style::Strong:
    case Style::Code: return {};
  }
  return {};
}

// Length of a time in full ("2026-02-09T15:54:50Z") that begins here; 0 where none does.
size_t time_length(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd";
  if (text.size() <= kForm.size()) return 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !digit(text[i]) : text[i] != kForm[i]) return 0;
  }
  const size_t end = text.substr(0, 40).find('Z');
  return end == std::string_view::npos ||
                 text.substr(0, end).find_first_not_of("0123456789-T:.") != std::string_view::npos
             ? 0
             : end + 1;
}

// Times stay on one line: a browser would break them at their hyphens.
std::string keep_times_whole(std::string_view words) {
  std::string out;
  for (size_t i = 0; i < words.size();) {
    const size_t length = time_length(words.substr(i));
    if (length > 0) out.append("<time>").append(words.substr(i, length)).append("</time>");
    if (length == 0) out += words[i];
    i += std::max<size_t>(length, 1);
  }
  return out;
}

std::string inline_html(const Text& text) {
  std::string out;
  for (const Span& span : text.spans()) {
    const std::string words = keep_times_whole(escape_html(span.text));
    if (span.style == Style::Strong) {
      out += "<strong>" + words + "</strong>";
    } else if (span.style == Style::Code) {
      out += "<code>" + words + "</code>";
    } else if (const std::string_view name = class_of(span.style); !name.empty()) {
      out += fmt::format("<span class=\"{}\">{}</span>", name, words);
    } else {
      out += words;
    }
  }
  return out;
}

class Writer {
 public:
  void operator()(const Heading& heading) {
    const int level = std::clamp(heading.level, 1, 6);
    out_ += fmt::format("<h{0}>{1}</h{0}>\n", level, escape_html(heading.text));
  }

  void operator()(const Paragraph& paragraph) { put_paragraph(paragraph.text); }

  void operator()(const List& list) {
    const bool labelled = list.kind == List::Kind::Labelled;
    const std::string_view tag = labelled ? "dl" : list.kind == List::Kind::Numbered ? "ol" : "ul";
    out_ += fmt::format("<{}>\n", tag);
    for (const Item& item : list.items) {
      out_ += labelled ? "<dt>" + inline_html(item.label) + "</dt><dd>" : "<li>";
      for (const Text& paragraph : item.paragraphs) put_paragraph(paragraph);
      put_command(item.command);
      out_ += labelled ? "</dd>\n" : "</li>\n";
    }
    out_ += fmt::format("</{}>\n", tag);
  }

  void operator()(const Table& table) {
    out_ += "<div class=\"scroll\"><table>\n<tr>";
    for (const Column& column : table.columns) {
      out_ += fmt::format("<th{}>{}</th>", column.right ? " class=\"right\"" : "", escape_html(column.title));
    }
    out_ += "</tr>\n";
    for (const Row& row : table.rows) put_row(table, row);
    out_ += "</table></div>\n";
  }

  void operator()(const Figure& figure) {
    out_ += "<figure>" + figure.svg;
    if (!figure.caption.empty()) out_ += "<figcaption>" + inline_html(figure.caption) + "</figcaption>";
    out_ += "</figure>\n";
  }

  std::string take() { return std::move(out_); }

 private:
  void put_paragraph(const Text& text) {
    if (!text.empty()) out_ += "<p>" + inline_html(text) + "</p>\n";
  }

  void put_command(std::string_view command) {
    if (command.empty()) return;
    std::string text;
    for (const std::string_view line : lines(command)) text += (text.empty() ? "" : "\n") + printable(line);
    out_ += "<pre><code>" + escape_html(text) + "</code></pre>\n";
  }

  void put_row(const Table& table, const Row& row) {
    const size_t columns = table.columns.size();
    out_ += "<tr>";
    if (row.spanning(columns)) {
      out_ += fmt::format("<td colspan=\"{}\">{}</td>", columns, inline_html(row.cells[0]));
    } else {
      for (size_t i = 0; i < columns; ++i) {
        out_ += fmt::format("<td{}>{}</td>", table.columns[i].right ? " class=\"right\"" : "",
                            i < row.cells.size() ? inline_html(row.cells[i]) : "");
      }
    }
    out_ += "</tr>\n";
    for (const Text& note : row.notes)
      out_ += fmt::format("<tr class=\"note\"><td colspan=\"{}\">{}</td></tr>\n", columns, inline_html(note));
  }

  std::string out_;
};

}  // namespace

std::string render_html(const Document& document, std::string_view title) {
  Writer writer;
  for (const Block& block : document) std::visit(writer, block);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escape_html(printable(title)), kStyle, writer.take());
}

}  // namespace inquest::report
