// inquest rules: the knowledge base, listed, shown, checked and tried on a text.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/knowledge.h"
#include "app/message.h"
#include "app/nearest.h"
#include "app/output.h"
#include "app/rule_report.h"
#include "app/terminal.h"
#include "base/file.h"
#include "base/text.h"
#include "report/text.h"
#include "rules/case_line.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "rules";
constexpr uint64_t kLargestText = uint64_t{1} << 29U;  // what a matcher takes at once
constexpr size_t kShownLines = 3;                      // of one rule

using Arguments = std::span<const std::string>;

ExitStatus show(const report::Document& document) {
  return print(report::render_text(document, text_width(), use_colour(Colour::Auto)));
}

ExitStatus show_rule(const Knowledge& knowledge, Arguments ids) {
  if (ids.empty()) return usage_error("which rule? Give its id; `inquest rules list` has them", kName);
  report::Document document;
  for (const std::string& id : ids) {
    const rules::Rule* const rule = knowledge.base().rule(id);
    if (rule == nullptr) {
      std::vector<std::string> known;
      for (const rules::Rule& each : knowledge.base().rules()) known.push_back(each.id);
      return usage_error(fmt::format("there is no rule {}{}", id, did_you_mean(id, known)), kName);
    }
    const report::Document one = describe(*rule);
    document.insert(document.end(), one.begin(), one.end());
  }
  return show(document);
}

// Faults of each folder by itself: what one of them lacks, another one need not have. A folder with hypotheses of its
// own is a knowledge base of its own; any other is to stand beside the built-in rules.
ExitStatus check(Arguments folders) {
  std::vector<std::string> all(folders.begin(), folders.end());
  std::error_code error;
  if (all.empty() && std::filesystem::is_directory(kHostRules, error)) all.emplace_back(kHostRules);
  size_t count = 0;
  size_t cases = 0;
  std::string faults;
  const auto tally = [&](std::span<const rules::Rule> of, bool from_file) {
    for (const rules::Rule& rule : of) {
      if (rule.file.empty() == from_file) continue;
      ++count;
      cases += rule.cases.size();
    }
  };
  for (const std::string& folder : all) {
    const std::string one[] = {folder};
    const bool whole = std::filesystem::is_directory(folder + "/hypotheses", error);
    const rules::Loaded loaded = whole ? rules::KnowledgeBase::load(folder) : rules::KnowledgeBase::with(one);
    tally(loaded.base.rules(), true);
    for (const Error& fault : loaded.faults) faults += fault.text() + '\n';
    if (const auto matcher = rules::Matcher::of(loaded.base); !matcher) faults += matcher.error().text() + '\n';
  }
  if (folders.empty()) {
    // They were checked when the program was built: this is what it is built from, tried again.
    const auto builtin = rules::KnowledgeBase::builtin().rules();
    tally(builtin, false);
    for (const rules::Rule& rule : builtin) {
      for (const rules::Case& one : rule.cases) {
        if (rule.fires_on(one) != one.fires)
          faults += fmt::format("{}: {} on \"{}\"\n", rule.id, one.fires ? "silent" : "fires", one.text);
      }
    }
  }
  if (!faults.empty()) {
    const ExitStatus printed = print(faults);
    return printed == ExitStatus::Done ? ExitStatus::No : printed;
  }
  return print(fmt::format("{}, {}: all as they should be\n", counted(count, "rule"), counted(cases, "case")));
}

Result<std::string> contents(const std::string& path) {
  auto file = path == "-" ? Result<File>(File::standard_input()) : File::open(path);
  if (!file) return fail(file.error());
  std::string text;
  std::vector<char> buffer(size_t{1} << 20U);
  for (;;) {
    const auto got = file->read_next(buffer);
    if (!got) return fail(got.error());
    if (*got == 0) return text;
    text.append(buffer.data(), *got);
    if (text.size() > kLargestText)
      return fail(ErrorCode::Limit, "larger than 512 MiB: `inquest examine` reads such logs");
  }
}

// Which pattern it was.
std::string why(const rules::Rule& rule, std::string_view message) {
  for (const rules::Regex& regex : rule.match) {
    if (regex.found_in(message)) return regex.source();
  }
  return {};
}

report::Document matches_in(const Knowledge& knowledge, const std::string& name, std::string_view text) {
  std::string block;  // what was said, without stamps: patterns may be about a message's beginning
  std::vector<rules::Line> lines_of_text;
  for (const std::string_view line : lines(text)) {
    const rules::CaseLine split = rules::CaseLine::of(line, {});
    const auto begin = static_cast<uint32_t>(block.size());
    block.append(split.message).push_back('\n');
    lines_of_text.push_back({begin, static_cast<uint32_t>(block.size() - 1), split.ident});
  }
  rules::LineScanner scanner(knowledge.matcher());
  std::vector<rules::Hit> hits;
  scanner.scan(block, lines_of_text, hits);

  std::map<uint32_t, std::vector<uint32_t>> by_rule;
  for (const rules::Hit& hit : hits) by_rule[hit.rule].push_back(hit.line);
  report::Document out;
  for (const auto& [index, where] : by_rule) {
    const rules::Rule& rule = knowledge.base().rules()[index];
    out.emplace_back(report::Heading{2, fmt::format("{}: {}", rule.id, rule.title)});
    report::List list;
    for (size_t i = 0; i < std::min(where.size(), kShownLines); ++i) {
      const rules::Line& line = lines_of_text[where[i]];
      const std::string_view message = std::string_view(block).substr(line.begin, line.end - line.begin);
      report::Text place(fmt::format("{}:{}: ", name, where[i] + 1));
      place.add(message, report::Style::Code);
      report::Text reason("matched by ", report::Style::Faint);
      reason.add(why(rule, message), report::Style::Code);
      list.items.push_back({{}, {std::move(place), std::move(reason)}, {}});
    }
    if (where.size() > kShownLines)
      list.items.push_back({{}, {report::Text(fmt::format("and {} more", grouped(where.size() - kShownLines)))}, {}});
    out.emplace_back(std::move(list));
    for (const auto& [terms, word] : {std::pair(&rule.condition.all, "all"), std::pair(&rule.condition.any, "one"),
                                      std::pair(&rule.condition.none, "none")}) {
      std::vector<std::string> texts;
      for (const rules::Term& term : *terms) texts.push_back(term.text());
      if (!texts.empty())
        out.emplace_back(report::Paragraph{report::Text(fmt::format(
            "Fires only where {} of this holds, which a text cannot tell: {}", word, fmt::join(texts, "; ")))});
    }
  }
  return out;
}

ExitStatus match(const Knowledge& knowledge, Arguments files) {
  const std::vector<std::string> all =
      files.empty() ? std::vector<std::string>{"-"} : std::vector(files.begin(), files.end());
  report::Document document;
  for (const std::string& path : all) {
    const auto text = contents(path);
    if (!text) {
      complain(fmt::format("{}: {}", path, text.error().message));
      return ExitStatus::NothingReadable;
    }
    const report::Document one = matches_in(knowledge, path == "-" ? "standard input" : path, *text);
    document.insert(document.end(), one.begin(), one.end());
  }
  if (!document.empty()) return show(document);
  const ExitStatus printed = print("No rule fires.\n");
  return printed == ExitStatus::Done ? ExitStatus::No : printed;
}

ExitStatus run_rules(const std::vector<std::string>& folders, Arguments arguments) {
  if (arguments.empty()) return usage_error("say what to do: list, show, check or match", kName);
  const std::string& what = arguments[0];
  const Arguments rest = arguments.subspan(1);
  // Before any folder is loaded: what is wrong there is the answer.
  if (what == "check") {
    std::vector<std::string> all(rest.begin(), rest.end());
    all.insert(all.end(), folders.begin(), folders.end());
    return check(all);
  }
  const std::vector<std::string> known = {"list", "show", "check", "match"};
  if (std::ranges::find(known, what) == known.end())
    return usage_error(fmt::format("there is nothing like `rules {}`{}", what, did_you_mean(what, known)), kName);
  const auto knowledge = Knowledge::load(folders);
  if (!knowledge) return usage_error(fmt::format("--rules: {}", knowledge.error().message), kName);
  if (what == "list") return show(list_rules(knowledge->base(), rest));
  if (what == "show") return show_rule(*knowledge, rest);
  return match(*knowledge, rest);
}

Run define(CLI::App& options) {
  const auto folders = std::make_shared<std::vector<std::string>>();
  options
      .add_option(
          "--rules", *folders,
          "a folder with rules of your own, besides the built-in ones and those in /etc/inquest/rules.d; may be "
          "given several times")
      ->type_name("DIR");
  return [folders](Arguments arguments) { return run_rules(*folders, arguments); };
}

constexpr std::array kArguments = {
    Argument{"list [WORD...]", "every rule, or those whose id, class or title has all of the words"},
    Argument{"show ID...",
             "everything that a rule says: when it fires, what it means, what speaks for what, what to do"},
    Argument{
        "check [DIR...]",
        "reads the rules of a folder, tries every case, and tells each fault with file and line; without a folder, the "
        "built-in rules and those in /etc/inquest/rules.d"},
    Argument{"match [FILE...]", "which rules fire on the lines of a text, and why; standard input by default"},
};

constexpr std::array kExamples = {
    Example{"What is known about NVMe devices:", "inquest rules list nvme"},
    Example{"What one rule says, and where its numbers come from:", "inquest rules show nvme.controller-down"},
    Example{"Does this log show anything that is known?", "journalctl -b -1 | inquest rules match"},
    Example{"Before rules of your own go to /etc/inquest/rules.d:", "inquest rules check my-rules/"},
};

}  // namespace

extern const Command rules_command;
const Command rules_command = {
    .name = kName,
    .summary = "lists, shows and tests the rules of the knowledge base",
    .description =
        "A rule says which sign in the evidence means what, and which explanation it speaks for or against. Rules are "
        "data, one TOML file each, with cases that must fire and cases that must stay silent; docs/rules.md tells how "
        "to "
        "write one.\n\n"
        "The exit status of check is 1 where a rule has a fault, and that of match where no rule fires.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
