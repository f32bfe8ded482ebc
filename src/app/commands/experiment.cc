// inquest experiment: what reproduction runs show.
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/choice.h"
#include "app/command.h"
#include "app/experiment_json.h"
#include "app/experiment_minimize.h"
#include "app/experiment_plan.h"
#include "app/experiment_text.h"
#include "app/message.h"
#include "app/output.h"
#include "app/terminal.h"
#include "app/whole_file.h"
#include "base/text.h"
#include "experiment/analysis.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "experiment";
constexpr size_t kMostBytes = size_t{64} << 20U;

struct Given {
  std::string format = "text";
  std::string outcome;
  std::vector<std::string> failing;
  std::vector<std::string> ignored;
  size_t table = 0;
  MinimizeOptions minimize;
  experiment::PlanOptions plan;
};

ExitStatus analyse_table(const Given& given, const std::string& path) {
  const auto text = read_whole(path, kMostBytes);
  if (!text) {
    complain(text.error().text());
    return ExitStatus::NothingReadable;
  }
  const std::string name = path == "-" ? "standard input" : path;
  const auto tables = experiment::read_tables(*text);
  if (!tables) {
    complain(fmt::format("{}: {}", name, tables.error().message));
    return ExitStatus::NothingReadable;
  }
  const experiment::Choice choice = {given.outcome, given.failing, given.ignored};
  if (given.table > tables->size())
    return usage_error(
        fmt::format("--table: there {} in {}",
                    tables->size() == 1 ? "is one table" : fmt::format("are {} tables", tables->size()), name),
        kName);
  const size_t index = given.table > 0 ? given.table - 1 : experiment::best_table(*tables, choice);
  if (given.table == 0 && tables->size() > 1)
    complain(
        fmt::format("{} has {} tables; this is about number {} (--table chooses)", name, tables->size(), index + 1));
  const auto analysis = experiment::analyse((*tables)[index], choice);
  if (!analysis) {
    if (analysis.error().code == ErrorCode::NotFound) return usage_error(analysis.error().message, kName);
    complain(fmt::format("{}: {}", name, analysis.error().message));
    return ExitStatus::NothingReadable;
  }
  if (given.format == "json") return print(experiment_json(*analysis));
  return print(experiment_text(*analysis, {text_width(), use_colour(Colour::Auto)}));
}

ExitStatus run_minimize(Given given, std::span<const std::string> arguments) {
  if (!arguments.empty()) return usage_error(fmt::format("minimize: unexpected argument \"{}\"", arguments[0]), kName);
  struct Needed {
    std::string_view name;
    const std::string& value;
  };
  for (const Needed& needed : std::initializer_list<Needed>{
           {"--good", given.minimize.good}, {"--bad", given.minimize.bad}, {"--test", given.minimize.test}}) {
    if (needed.value.empty()) return usage_error(fmt::format("minimize needs {}", needed.name), kName);
  }
  if (given.minimize.repeats == 0) return usage_error("--repeats: at least 1", kName);
  if (given.format == "csv") return usage_error("--format: minimize has text and json", kName);
  given.minimize.json = given.format == "json";
  return minimize(given.minimize);
}

ExitStatus run_plan(Given given, std::span<const std::string> arguments) {
  if (arguments.empty()) return usage_error("plan which factors? For instance: plan serial=yes,no disk=2G,20G", kName);
  given.plan.repeats = given.minimize.repeats;
  return plan(arguments, given.plan,
              given.format == "json"  ? PlanFormat::Json
              : given.format == "csv" ? PlanFormat::Csv
                                      : PlanFormat::Text);
}

ExitStatus run(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json", "csv"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  if (!arguments.empty() && arguments[0] == "minimize") return run_minimize(given, arguments.subspan(1));
  if (!arguments.empty() && arguments[0] == "plan") return run_plan(given, arguments.subspan(1));
  if (given.format == "csv") return usage_error("--format: csv is for plan", kName);
  if (arguments.size() > 1) return usage_error("one table at a time", kName);
  return analyse_table(given, arguments.empty() ? "-" : arguments[0]);
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--format", given->format, "text (the default) or json; csv for a plan")->type_name("FORMAT");
  options.add_option("--outcome", given->outcome, "the column that says how a run ended, where the guess is wrong")
      ->type_name("COLUMN");
  options
      .add_option("--failing", given->failing, "a value of that column that is a failure; may be given several times")
      ->type_name("VALUE")
      ->expected(1);
  options.add_option("--ignore", given->ignored, "a column that is no factor; may be given several times")
      ->type_name("COLUMN")
      ->expected(1);
  options.add_option("--table", given->table, "which table of a text with several, counted from 1")
      ->type_name("NUMBER");
  MinimizeOptions& minimize = given->minimize;
  options.add_option("--good", minimize.good, "minimize: the configuration that does not fail")->type_name("FILE");
  options.add_option("--bad", minimize.bad, "minimize: the one that does")->type_name("FILE");
  options
      .add_option(
          "--test", minimize.test,
          "minimize: the command, for sh, that tries a candidate: {} is its path, and without that it is on standard "
          "input. Ends with 0: good, 1 to 124: bad, 125: cannot be tested")
      ->type_name("CMD");
  options
      .add_option("--repeats", minimize.repeats,
                  "minimize: at most so many runs of a candidate, where the failure is flaky (1); plan: so often the "
                  "whole plan")
      ->type_name("NUMBER");
  options
      .add_option("--timeout", minimize.timeout_s, "minimize: a run that takes longer is bad; without it, none does")
      ->type_name("SECONDS");
  options
      .add_option("--log", minimize.log,
                  "minimize: where runs are kept, so that the same command goes on after an interruption "
                  "(inquest-minimize.log)")
      ->type_name("FILE");
  options.add_option("-o,--output", minimize.output, "minimize: the smallest failing configuration goes there")
      ->type_name("FILE");
  options.add_flag("--show-output", minimize.show_output, "minimize: show what the test command prints");
  options
      .add_option("--resolution", given->plan.resolution, "plan: of factors with two values, 3, 4 (the default) or 5")
      ->type_name("NUMBER");
  options.add_option("--runs", given->plan.runs, "plan: so many runs, where factors have more values")
      ->type_name("NUMBER");
  options.add_option("--seed", given->plan.seed, "plan: another random order")->type_name("NUMBER");
  return [given](std::span<const std::string> arguments) { return run(*given, arguments); };
}

constexpr std::array kArguments = {
    Argument{"[TABLE]",
             "CSV, TSV or a text with Markdown tables, one run a row; standard input without one, and for -"},
    Argument{"minimize",
             "instead: which of the differences between two configurations make it fail, by trying (--good, "
             "--bad, --test)"},
    Argument{"plan FACTOR...", "instead: a first plan of runs, as a table to fill in; a FACTOR is NAME=VALUE,VALUE..."},
};

constexpr std::array kExamples = {
    Example{"What does it take to fail?", "inquest experiment runs.csv"},
    Example{"A column that no word list knows:", "inquest experiment runs.md --outcome Befund --failing rot"},
    Example{"Which kernel parameter is it?", "inquest experiment minimize --good a --bad b --test './boot-vm {}'"},
    Example{"Which lines of a configuration, if it fails now and then?",
            "inquest experiment minimize --good a --bad b --test ./try --repeats 10"},
    Example{"What to run first:", "inquest experiment plan serial=yes,no disk=2G,20G nosmt > runs.md"},
};

}  // namespace

extern const Command experiment_command;
const Command experiment_command = {
    .name = kName,
    .summary = "says what reproduction runs show: minimal causes, what is confounded, what to run next",
    .description =
        "Reads a table with one run a row, some columns of factors and one that says how the run ended, in any "
        "language "
        "(yes and no, ja and nein, ✅ and ❌, x and -, \"3/5 panics\", decimal commas). Tells the smallest "
        "combinations of settings that "
        "suffice to fail, what every failing run had, which factors made no difference and which could not be told "
        "apart, settings "
        "that were never tried, runs that contradict each other, reversals, exact tests and failure rates with "
        "intervals, how many "
        "clean runs a fix needs, and which run would tell most.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
