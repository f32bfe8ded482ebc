#include "app/help.h"

#include <fmt/format.h>

#include "app/usage.h"
#include "report/text.h"

namespace inquest::app {
namespace {

using report::Document;
using report::Heading;
using report::List;
using report::Paragraph;
using report::Text;

void add_choices(Document& document, std::string_view heading, std::span<const Choice> choices) {
  if (choices.empty()) return;
  document.emplace_back(Heading{2, std::string(heading)});
  List list{List::Kind::Labelled, {}};
  for (const Choice& choice : choices) list.items.push_back({Text(choice.label), {Text(choice.text)}, {}});
  document.emplace_back(std::move(list));
}

void add_opening(Document& document, const Usage& usage) {
  document.emplace_back(Heading{2, "Usage"});
  document.emplace_back(Paragraph{Text(usage.synopsis)});
  for (const std::string& paragraph : usage.description) document.emplace_back(Paragraph{Text(paragraph)});
}

void add_examples(Document& document, std::span<const Example> examples) {
  if (examples.empty()) return;
  document.emplace_back(Heading{2, "Examples"});
  List list;
  for (const Example& example : examples)
    list.items.push_back({{}, {Text(example.text)}, std::string(example.command)});
  document.emplace_back(std::move(list));
}

std::vector<Choice> exit_choices() {
  std::vector<Choice> choices;
  choices.reserve(kExitMeanings.size());
  for (const auto& [status, text] : kExitMeanings) {
    choices.push_back({std::to_string(static_cast<int>(status)), std::string(text)});
  }
  return choices;
}

std::vector<Choice> command_choices() {
  std::vector<Choice> choices;
  for (const Command* command : commands())
    choices.push_back({std::string(command->name), std::string(command->summary)});
  choices.push_back({"help", "shows the help of a command: inquest help examine"});
  return choices;
}

}  // namespace

std::string help_text(const Command& command, size_t width) {
  const Usage usage = usage_of(command);
  Document document;
  document.emplace_back(Heading{2, fmt::format("inquest {}: {}", command.name, usage.summary)});
  add_opening(document, usage);
  add_choices(document, "Arguments", usage.arguments);
  add_choices(document, "Options", usage.options);
  add_examples(document, usage.examples);
  return report::render_text(document, width, false);
}

std::string help_text(size_t width) {
  const Usage usage = usage_of_inquest();
  Document document;
  document.emplace_back(Heading{2, fmt::format("inquest {}", usage.summary)});
  add_opening(document, usage);
  add_choices(document, "Commands", command_choices());
  add_choices(document, "Options", usage.options);
  add_examples(document, usage.examples);
  add_choices(document, "Environment", environment());
  add_choices(document, "Exit status", exit_choices());
  return report::render_text(document, width, false);
}

std::string short_usage() {
  std::string out = "usage: inquest COMMAND [ARGUMENT...]\n";
  for (const Choice& choice : command_choices()) out += fmt::format("  {:<9}{}\n", choice.label, choice.text);
  return out + "see 'inquest --help'\n";
}

}  // namespace inquest::app
