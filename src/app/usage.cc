#include "app/usage.h"

#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/cli.h"
#include "base/text.h"

namespace inquest::app {
namespace {

constexpr std::array kExamples = {
    Example{"Why did it die? Everything that is left of it lies in one folder:", "inquest examine evidence/"},
    Example{"The same from a bundle that somebody sent, for a program to read:",
            "inquest examine sosreport.tar.xz --format json"},
};

std::vector<std::string> paragraphs(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = text.find("\n\n");
    out.emplace_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return out;
}

std::string label_of(const CLI::Option& option) {
  std::string out;
  const auto add = [&](std::string_view dashes, const std::string& name) {
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", dashes, name);
  };
  for (const std::string& name : option.get_snames()) add("-", name);
  for (const std::string& name : option.get_lnames()) add("--", name);
  if (const std::string value = option.get_type_name(); !value.empty()) out += " " + value;
  return out;
}

}  // namespace

Usage usage_of(const Command& command) {
  CLI::App app;
  command.define(app);
  define_help(app);
  Usage usage;
  usage.summary = command.summary;
  usage.description = paragraphs(command.description);
  usage.examples = command.examples;
  usage.synopsis = fmt::format("inquest {} [OPTION...]", command.name);
  for (const auto& [label, text] : command.arguments) {
    usage.synopsis += fmt::format(" {}", label);
    usage.arguments.push_back({std::string(label), std::string(text)});
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) usage.options.push_back({label_of(*option), option->get_description()});
  }
  return usage;
}

Usage usage_of_inquest() {
  Usage usage;
  usage.synopsis = "inquest COMMAND [ARGUMENT...]";
  usage.summary = "finds out why a Linux host died";
  usage.description = {
      "inquest reads whatever a dead host left behind, however damaged: logs, journals, exported telemetry, the notes "
      "of "
      "whoever stood in front of it. It fixes the time of death, compares the last minutes with the host's own past, "
      "and "
      "says what is not known and why. Every statement names the file and line that it rests on.",
      "It works offline, changes nothing on the host that it runs on, and gives the same answer for the same "
      "evidence."};
  usage.options = {{"-h, --help", "show this help"}, {"-V, --version", "show the version"}};
  usage.examples = kExamples;
  return usage;
}

std::span<const Choice> environment() {
  static const std::array choices = {
      Choice{"COLUMNS", "how wide the text may become, where it is not a terminal's width"},
      Choice{"NO_COLOR", "set to anything: no colour, unless --color=always asks for it"},
      Choice{"TMPDIR",
             "where archives' members are kept while they are read, in files without a name; /tmp by default"},
  };
  return choices;
}

}  // namespace inquest::app
