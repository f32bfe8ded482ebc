#include "app/cli.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/help.h"
#include "app/man_page.h"
#include "app/message.h"
#include "app/nearest.h"
#include "app/output.h"
#include "app/terminal.h"
#include "generated/version.h"

namespace inquest::app {
namespace {

const Command* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find(all, name, [](const Command* command) { return command->name; });
  return found == all.end() ? nullptr : *found;
}

ExitStatus unknown_command(std::string_view name) {
  std::vector<std::string> names = {"help"};
  for (const Command* command : commands()) names.emplace_back(command->name);
  return usage_error(fmt::format("there is no command \"{}\"{}", name, did_you_mean(name, names)));
}

ExitStatus unknown_option(const CLI::App& app, const Command& command, std::string_view option) {
  std::vector<std::string> names;
  for (const CLI::Option* known : app.get_options()) {
    for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
  }
  const std::string_view name = option.substr(0, option.find('='));
  return usage_error(fmt::format("there is no option {}{}", name, did_you_mean(name, names)), command.name);
}

ExitStatus run_command(const Command& command, std::span<const std::string> arguments) {
  CLI::App app;
  const Run run = command.define(app);
  define_help(app);
  // CLI11 parses options only. It would take an argument like "[a,b]" for a list of two, and what nobody knows deserves
  // a guess at what was meant.
  app.allow_extras();
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return print(help_text(command, text_width()));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    return usage_error(fmt::format("{} takes one value", what.substr(0, what.find(':'))), command.name);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), command.name);
  }
  std::vector<std::string> given;
  bool options_ended = false;  // by "--", which CLI11 counts among what it does not know
  for (std::string& extra : app.remaining()) {
    if (extra == "--" && !options_ended) {
      options_ended = true;
    } else if (!options_ended && extra.starts_with("-") && extra.size() > 1) {
      return unknown_option(app, command, extra);
    } else {
      given.push_back(std::move(extra));
    }
  }
  if (command.arguments.empty() && !given.empty()) {
    return usage_error(fmt::format("unexpected argument \"{}\"", given[0]), command.name);
  }
  return run(given);
}

ExitStatus help(std::span<const std::string> arguments) {
  if (arguments.empty()) return print(help_text(text_width()));
  const Command* command = find_command(arguments[0]);
  if (command == nullptr) return unknown_command(arguments[0]);
  return print(help_text(*command, text_width()));
}

}  // namespace

void define_help(CLI::App& options) { options.set_help_flag("-h,--help", "show this help"); }

ExitStatus run(std::span<const std::string> arguments) {
  if (arguments.empty()) {
    std::fputs(short_usage().c_str(), stderr);
    return ExitStatus::Usage;
  }
  const std::string& first = arguments[0];
  if (first == "--version" || first == "-V") return print(fmt::format("inquest {}\n", version));
  if (first == "--help" || first == "-h") return print(help_text(text_width()));
  if (first == "help") return help(arguments.subspan(1));
  if (first == "--man-page") return print(man_page());  // for the build, which installs it
  if (first.starts_with("-")) return usage_error(fmt::format("there is no option {}", first));
  const Command* command = find_command(first);
  return command == nullptr ? unknown_command(first) : run_command(*command, arguments.subspan(1));
}

}  // namespace inquest::app
