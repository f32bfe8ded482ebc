#include "app/man_page.h"

#include <span>
#include <string_view>

#include <fmt/format.h>

#include "app/usage.h"
#include "base/text.h"
#include "generated/version.h"
#include "report/document.h"
#include "report/wrap.h"

namespace inquest::app {
namespace {

// When what the page says last changed. A date of the build would make the package differ from day to day.
constexpr std::string_view kDate = "2026-02-28";

constexpr size_t kSourceWidth = 76;  // leaves room for escapes

// Text as roff prints it literally. In code, hyphens are the ASCII ones, so that they can be copied.
std::string roff(std::string_view text, bool code = false) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-' && code) {
      out += "\\-";
    } else {
      out += c;
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

// Each sentence begins a line, which is how roff finds the ends of sentences; lines are kept short.
std::string sentences(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find(". ");
    const std::string_view sentence = text.substr(0, end == std::string_view::npos ? end : end + 1);
    for (const report::Line& line : report::wrap(report::Text(sentence), kSourceWidth)) {
      for (const report::Span& span : line.spans) out += roff(span.text) + "\n";
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return out;
}

void add_paragraphs(std::string& page, std::span<const std::string> paragraphs) {
  bool first = true;
  for (const std::string& paragraph : paragraphs) {
    if (!first) page += ".PP\n";
    page += sentences(paragraph);
    first = false;
  }
}

void add_choices(std::string& page, std::span<const Choice> choices) {
  for (const auto& [label, text] : choices) page += fmt::format(".TP\n.B {}\n{}", roff(label, true), sentences(text));
}

void add_examples(std::string& page, std::span<const Example> examples) {
  for (const auto& [text, command] : examples) {
    page += fmt::format(".PP\n{}.PP\n.in +4n\n.EX\n{}\n.EE\n.in\n", sentences(text), roff(command, true));
  }
}

void add_command(std::string& page, const Command& command) {
  const Usage usage = usage_of(command);
  page += fmt::format(".SS {}\n", roff(usage.synopsis, true));
  page += sentences(fmt::format("The command {} {}.", command.name, usage.summary));
  page += ".PP\n";
  add_paragraphs(page, usage.description);
  add_choices(page, usage.arguments);
  add_choices(page, usage.options);
}

}  // namespace

std::string man_page() {
  const Usage usage = usage_of_inquest();
  std::string page = fmt::format(".TH INQUEST 1 {} \"inquest {}\" \"User Commands\"\n", kDate, version);
  page += fmt::format(".SH NAME\ninquest \\- {}\n", usage.summary);
  page += fmt::format(".SH SYNOPSIS\n.B inquest\n{}\n", roff(usage.synopsis.substr(usage.synopsis.find(' ') + 1)));
  page += ".SH DESCRIPTION\n";
  add_paragraphs(page, usage.description);
  page += ".SH OPTIONS\n";
  add_choices(page, usage.options);
  page += ".SH COMMANDS\n";
  for (const Command* command : commands()) add_command(page, *command);
  page += ".SH ENVIRONMENT\n";
  add_choices(page, environment());
  page += ".SH EXIT STATUS\n";
  for (const auto& [status, text] : kExitMeanings) {
    page += fmt::format(".TP\n.B {}\n{}", static_cast<int>(status), sentences(text));
  }
  page += ".SH EXAMPLES\n";
  std::string examples;
  for (const Command* command : commands()) add_examples(examples, command->examples);
  // Right after a heading, a paragraph's macro has nothing to separate.
  page += examples.substr(examples.starts_with(".PP\n") ? 4 : 0);
  page += ".SH SEE ALSO\n.BR journalctl (1),\n.BR dmesg (1),\n.BR crash (8)\n";
  return page;
}

}  // namespace inquest::app
