// inquest review: a second look at a written post-mortem.
#include "review/review.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/choice.h"
#include "app/command.h"
#include "app/message.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"
#include "decode/intake.h"
#include "reason/investigate.h"
#include "report/compose.h"
#include "report/document.h"
#include "report/text.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "review";
constexpr size_t kMostInput = size_t{4} << 20U;  // more than a review reads, so that it says so itself
constexpr size_t kMostQuote = 200;               // columns of a statement that is shown

// As given on the command line.
struct Given {
  std::string format = "text";
  std::string colour = "auto";
  std::string zone;
  std::string host;
};

Result<std::string> read_all(const std::string& path) {
  auto file = path == "-" ? Result<File>(File::standard_input()) : File::open(path);
  if (!file) return fail(file.error());
  std::string text;
  std::array<char, 16384> buffer{};
  while (text.size() < kMostInput) {
    const auto got = file->read_next(buffer);
    if (!got) return fail(got.error());
    if (*got == 0) break;
    text.append(buffer.data(), *got);
  }
  return text;
}

// "line 12, 40 and 41".
std::string places(const review::Contradiction& found) {
  std::string text = fmt::format("line {}", found.line);
  for (size_t i = 0; i < found.lines.size(); ++i)
    text += fmt::format("{}{}", i + 1 == found.lines.size() ? " and " : ", ", found.lines[i]);
  return text;
}

std::string as_text(const review::Review& review, const std::string& path, bool colour) {
  report::Document document;
  for (const review::Contradiction& found : review.contradictions) {
    report::Text head(places(found), report::Style::Strong);
    head.add(": says \"").add(ellipsis(printable(found.text), kMostQuote), report::Style::Code).add("\"");
    document.emplace_back(report::Paragraph{std::move(head)});
    report::List list{report::List::Kind::Labelled, {}};
    list.items.push_back({report::Text("but", report::Style::Warning), {report::Text(found.reason)}, {}});
    report::Item see{report::Text("see", report::Style::Faint), {}, {}};
    for (const std::string& cite : found.cite) see.paragraphs.emplace_back(cite, report::Style::Faint);
    if (!see.paragraphs.empty()) list.items.push_back(std::move(see));
    list.items.push_back(
        {report::Text("id", report::Style::Faint), {report::Text(found.id, report::Style::Faint)}, {}});
    document.emplace_back(std::move(list));
  }
  const std::string name = path == "-" ? "standard input" : path;
  report::Text end;
  if (review.contradictions.empty()) {
    end.add(fmt::format("{}: {} looked at, nothing to object to.", name, counted(review.checked, "statement")),
            report::Style::Good);
  } else {
    end.add(fmt::format(
        "{}: {} looked at, {} found.", name, counted(review.checked, "statement"),
        counted(review.contradictions.size(), "contradiction or over-claim", "contradictions or over-claims")));
  }
  document.emplace_back(report::Paragraph{std::move(end)});
  return report::render_text(document, text_width(), colour);
}

std::string as_json(const review::Review& review, const std::string& path) {
  using Json = nlohmann::ordered_json;
  Json out = {
      {"schema", 1}, {"report", printable(path)}, {"checked", review.checked}, {"contradictions", Json::array()}};
  for (const review::Contradiction& found : review.contradictions) {
    Json cite = Json::array();
    for (const std::string& place : found.cite) cite.push_back(printable(place));
    out["contradictions"].push_back({{"id", found.id},
                                     {"line", found.line},
                                     {"lines", found.lines},
                                     {"text", printable(found.text)},
                                     {"reason", printable(found.reason)},
                                     {"cite", std::move(cite)}});
  }
  return out.dump(2) + "\n";
}

Result<reason::Options> reason_options(const Given& given) {
  reason::Options options;
  options.host = given.host;
  if (!given.zone.empty()) {
    const auto zone = Zone::find(given.zone);
    if (!zone) return fail(ErrorCode::NotFound, fmt::format("--tz: {}", zone.error().message));
    options.zone = *zone;
  }
  options.now = Instant{utc_now(), Precision::Second};
  return options;
}

ExitStatus review_report(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  const auto colour = colour_choice(given.colour);
  if (!colour) return usage_error(colour.error().message, kName);
  const auto options = reason_options(given);
  if (!options) return usage_error(options.error().message, kName);
  if (arguments.empty())
    return usage_error("no report given: name a Markdown or text file, or - for standard input", kName);
  if (std::ranges::find(arguments, "") != arguments.end()) return usage_error("an empty argument names no file", kName);

  const auto text = read_all(arguments.front());
  if (!text) {
    complain(fmt::format("{}: {}", arguments.front(), text.error().message));
    return ExitStatus::NothingReadable;
  }

  model::Case the_case;
  model::Inquiry inquiry;
  review::Evidence evidence;
  if (arguments.size() > 1) {
    Progress progress;
    decode::IntakeOptions intake;
    intake.progress = [&](uint64_t bytes, const std::string& path) { progress.read(bytes, path); };
    decode::take_in(arguments.subspan(1), intake, the_case);
    inquiry = reason::investigate(the_case, *options);
    progress.end();
    for (const model::Evidence& piece : the_case.evidence) {
      if (piece.status == model::Outcome::Refused)
        complain(fmt::format("{}: {}", piece.path,
                             piece.diagnostics.empty() ? "not read" : piece.diagnostics.front().message));
    }
    if (!report::anything_read(the_case)) {
      complain("nothing in the evidence could be read");
      return ExitStatus::NothingReadable;
    }
    evidence = {&the_case, &inquiry};
  }
  const auto review = review::review(*text, evidence);
  if (!review) {
    complain(fmt::format("{}: {}", arguments.front(), review.error().message));
    return ExitStatus::NothingReadable;
  }
  const ExitStatus printed = print(given.format == "json" ? as_json(*review, arguments.front())
                                                          : as_text(*review, arguments.front(), use_colour(*colour)));
  if (printed != ExitStatus::Done) return printed;
  return review->contradictions.empty() ? ExitStatus::Done : ExitStatus::No;
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--format", given->format, "text (the default) or json")->type_name("FORMAT");
  options.add_option("--host", given->host, "the host that the report is about, where the evidence is of several")
      ->type_name("NAME");
  options
      .add_option("--tz", given->zone,
                  "the zone of local times in the evidence that name none: Europe/Berlin, or an offset such as +01:00")
      ->type_name("ZONE");
  options
      .add_option("--color", given->colour,
                  "auto (the default: on a terminal, unless NO_COLOR is set), always or never")
      ->type_name("WHEN");
  return [given](std::span<const std::string> arguments) { return review_report(*given, arguments); };
}

constexpr std::array kArguments = {
    Argument{"REPORT", "the post-mortem, in Markdown or plain text, English or German; - is standard input"},
    Argument{"[EVIDENCE...]", "files, folders and archives that the report is held against"},
};

constexpr std::array kExamples = {
    Example{"Before a post-mortem is published:", "inquest review postmortem.md"},
    Example{"Against what is left of the host:", "inquest review postmortem.md evidence/"},
    Example{"As a check of a repository of reports, for a program to read:",
            "inquest review --format json report.md | jq '.contradictions[].reason'"},
};

}  // namespace

extern const Command review_command;
const Command review_command = {
    .name = kName,
    .summary = "checks a written post-mortem: what contradicts itself, the kernel's documentation or the evidence",
    .description =
        "Takes the report apart into sentences, tables, quoted logs and commands, recomputes its times, durations and "
        "sums, decodes its numbers again, and holds its claims against what kernel parameters, messages and tools "
        "really do. Claims that go further than what they rest on are listed as well: exclusions without anybody "
        "watching, cures without a test, several changes with one effect.\n\n"
        "Each finding names the line, the reason and a reference. What an author marks as open (\"may\", "
        "\"vermutlich\") or tells as a mistake is left alone.\n\n"
        "The exit status is 0 for a report with nothing to object to, and 1 where something was found.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
