// inquest examine: the whole inquiry, evidence in, verdict out.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/choice.h"
#include "app/command.h"
#include "app/incident_examiner.h"
#include "app/knowledge.h"
#include "app/message.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/recorder_answers.h"
#include "app/recorder_view.h"
#include "app/telemetry.h"
#include "app/terminal.h"
#include "app/time_argument.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "base/zone.h"
#include "decode/intake.h"
#include "evidence/remote/url.h"
#include "reason/investigate.h"
#include "report/anonymizer.h"
#include "report/compose.h"
#include "report/explain.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/text.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "examine";
constexpr size_t kMostComplaints = 20;  // of refused evidence; the report lists the rest

// As given on the command line.
struct Given {
  std::string host;
  std::string zone;
  std::string at;
  std::string format = "text";
  std::string output;
  std::string colour = "auto";
  std::vector<std::string> telemetry;
  std::vector<std::string> rules;
  std::string recorder;
  bool all = false;
  bool anonymize = false;
  std::string explain;
};

enum class Format : uint8_t { Text, Json, Markdown, Html };

Result<Format> format_choice(std::string_view given) {
  if (std::string wrong = wrong_choice("--format", given, {"text", "json", "markdown", "html"}); !wrong.empty()) {
    return fail(ErrorCode::Malformed, std::move(wrong));
  }
  return given == "json"       ? Format::Json
         : given == "markdown" ? Format::Markdown
         : given == "html"     ? Format::Html
                               : Format::Text;
}

// What it comes down to.
struct Request {
  std::vector<std::string> evidence;
  std::string recorder;  // empty: none
  Telemetry telemetry;
  reason::Options reasoning;
  Format format = Format::Text;
  bool coloured = false;
  bool all = false;
  bool anonymize = false;
  std::string explain;              // a hypothesis; empty: the whole report
  std::optional<std::string> file;  // nothing: standard output
};

Result<reason::Options> reason_options(const Given& given) {
  reason::Options options;
  options.host = given.host;
  if (!given.zone.empty()) {
    const auto zone = Zone::find(given.zone);
    if (!zone) return fail(ErrorCode::NotFound, fmt::format("--tz: {}", zone.error().message));
    options.zone = *zone;
  }
  if (!given.at.empty()) {
    const auto at = parse_time_argument(given.at, options.zone);
    if (!at) return fail(at.error().code, fmt::format("--at: {}", at.error().message));
    options.at = *at;
  }
  options.now = Instant{utc_now(), Precision::Second};
  return options;
}

// An error says what is wrong with the command line.
Result<Request> understand(const Given& given, std::span<const std::string> evidence) {
  const auto wrong = [](std::string message) { return fail(ErrorCode::Malformed, std::move(message)); };
  if (evidence.empty() && given.telemetry.empty() && given.recorder.empty())
    return wrong("no evidence given: name files, folders or archives, --telemetry or --recorder");
  if (!given.recorder.empty() && (given.host.empty() || given.at.empty()))
    return wrong("--recorder knows many hosts and days: name --host and --at");
  if (std::ranges::find(evidence, "") != evidence.end()) return wrong("an empty argument names no evidence");
  const auto format = format_choice(given.format);
  if (!format) return fail(format.error());
  const auto colour = colour_choice(given.colour);
  if (!colour) return fail(colour.error());
  auto reasoning = reason_options(given);
  if (!reasoning) return fail(reasoning.error());

  // An address among the evidence is meant as one.
  std::vector<std::string> paths;
  std::vector<std::string> addresses = given.telemetry;
  for (const std::string& piece : evidence) (evidence::is_remote_url(piece) ? addresses : paths).push_back(piece);
  auto telemetry = Telemetry::at(addresses);
  if (!telemetry) return wrong(fmt::format("--telemetry: {}", telemetry.error().message));

  Request request{std::move(paths), given.recorder,  std::move(*telemetry), std::move(*reasoning), *format, false,
                  given.all,        given.anonymize, given.explain,         std::nullopt};
  if (!given.output.empty() && given.output != "-") request.file = given.output;
  request.coloured = *colour == Colour::Always || (!request.file && use_colour(*colour));
  if (request.file) {
    if (const auto piece = evidence_at(*request.file, evidence)) {
      return wrong(
          fmt::format("--output: {} is evidence (of {}); choose another place for the report", *request.file, *piece));
    }
  }
  return request;
}

// Whoever asked for JSON, or for a file, is told as well what was not read at all.
void complain_of_refused(const model::Case& the_case) {
  size_t refused = 0;
  for (const model::Evidence& piece : the_case.evidence) {
    if (piece.status != model::Outcome::Refused) continue;
    if (++refused > kMostComplaints) continue;
    const std::string why = piece.diagnostics.empty() ? "not read" : piece.diagnostics.front().message;
    complain(fmt::format("{}: {}", piece.path, why));
  }
  if (refused > kMostComplaints) complain(fmt::format("{} more could not be read", grouped(refused - kMostComplaints)));
}

std::string render(const model::Case& the_case, const model::Inquiry& inquiry, const Request& request) {
  std::optional<report::Anonymizer> anonymizer;
  if (request.anonymize) anonymizer.emplace(the_case);
  if (request.format == Format::Json)
    return report::render_json(the_case, inquiry, anonymizer ? &*anonymizer : nullptr);
  const bool html = request.format == Format::Html;
  report::Document document = request.explain.empty()
                                  ? report::compose(the_case, inquiry, {.all = request.all, .figures = html})
                                  : report::explain(the_case, inquiry, request.explain).value_or(report::Document());
  std::string title = report::title_of(inquiry);
  if (anonymizer) {
    anonymizer->learn(document);
    anonymizer->replace(document);
    title = anonymizer->replaced(title);
  }
  if (html) return report::render_html(document, title);
  if (request.format == Format::Markdown) return report::render_markdown(document);
  return report::render_text(document, text_width(), request.coloured);
}

ExitStatus deliver(std::string_view text, const std::optional<std::string>& file) {
  if (!file) return print(text);
  if (const auto written = write_file(*file, text); !written) {
    complain(written.error().text());
    return ExitStatus::Failed;
  }
  return ExitStatus::Done;
}

Result<void> ask_recorder(const Request& request, model::Case& into) {
  auto recorder = open_recorder(request.recorder);
  if (!recorder) return fail(recorder.error());
  const auto answer = (*recorder)->evidence(request.reasoning.host, request.reasoning.at->ns);
  if (!answer) return fail(answer.error());
  const auto pieces = evidence_of(*answer);
  if (!pieces) return fail(pieces.error());
  take_in_pieces(*pieces, into);
  return {};
}

ExitStatus examine(const Given& given, std::span<const std::string> evidence) {
  const auto request = understand(given, evidence);
  if (!request) return usage_error(request.error().message, kName);

  const auto knowledge = Knowledge::load(given.rules);
  if (!knowledge) return usage_error(fmt::format("--rules: {}", knowledge.error().message), kName);

  model::Case the_case;
  Progress progress;
  decode::IntakeOptions intake;
  intake.rules = &knowledge->matcher();
  intake.progress = [&](uint64_t bytes, const std::string& path) { progress.read(bytes, path); };
  decode::take_in(request->evidence, intake, the_case);
  if (!request->recorder.empty()) {
    if (const auto taken = ask_recorder(*request, the_case); !taken) {
      progress.end();
      complain(taken.error().text());
      return ExitStatus::Failed;
    }
  }
  request->telemetry.take_in(
      request->reasoning, intake, [&](std::string_view what) { progress.phase(what); }, the_case);
  progress.phase("reasoning");
  reason::Options reasoning = request->reasoning;
  reasoning.knowledge = &knowledge->base();
  const model::Inquiry inquiry = reason::investigate(the_case, reasoning);
  if (!request->explain.empty() && request->format != Format::Json &&
      !report::explain(the_case, inquiry, request->explain)) {
    progress.end();
    const auto known = report::explainable(inquiry);
    return usage_error(known.empty()
                           ? fmt::format("--explain {}: no death was found, so nothing is explained", request->explain)
                           : fmt::format("--explain: there is no explanation \"{}\"; there are {}", request->explain,
                                         fmt::join(known, ", ")),
                       kName);
  }
  progress.phase("writing the report");
  const std::string text = render(the_case, inquiry, *request);
  progress.end();

  complain_of_refused(the_case);
  const bool readable = report::anything_read(the_case);
  if (!readable) complain("nothing in the evidence could be read");
  const ExitStatus delivered = deliver(text, request->file);
  if (delivered != ExitStatus::Done) return delivered;
  return readable ? ExitStatus::Done : ExitStatus::NothingReadable;
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--host", given->host, "the host that the inquiry is about, where the evidence is of several")
      ->type_name("NAME");
  options
      .add_option("--tz", given->zone,
                  "the zone of local times that name none: Europe/Berlin, or an offset such as +01:00")
      ->type_name("ZONE");
  options
      .add_option("--at", given->at,
                  "about when it died, where there are several deaths or logs without a year: "
                  "2026-02-09T15:55:00Z, or local time with --tz")
      ->type_name("TIME");
  options
      .add_option(
          "--telemetry", given->telemetry,
          "a database of figures to ask for those around the death: influx://[USER:PASSWORD@]HOST[:PORT]/DATABASE, "
          "influx2://[TOKEN@]HOST[:PORT]/ORG/BUCKET (or the token in $INFLUX_TOKEN), "
          "prometheus://HOST[:PORT] (VictoriaMetrics too); with +https behind the scheme for TLS; may be given "
          "several times")
      ->type_name("URL");
  options
      .add_option("--recorder", given->recorder,
                  "a recorder to ask for what it stored about --host around --at: its URL, such as "
                  "http://127.0.0.1:8086 (the token is taken from $INQUEST_TOKEN), or the folder that it writes to")
      ->type_name("URL|DIR");
  options
      .add_option(
          "--rules", given->rules,
          "a folder with rules of your own, besides the built-in ones and those in /etc/inquest/rules.d; may be "
          "given several times")
      ->type_name("DIR");
  options.add_option("--format", given->format, "text (the default), json, markdown or html")->type_name("FORMAT");
  options
      .add_option("-o,--output", given->output,
                  "write the report to this file, whole or not at all, instead of standard output")
      ->type_name("FILE");
  options.add_flag("--all", given->all, "show the whole timeline, every boot and every piece of evidence");
  options
      .add_option("--explain", given->explain,
                  "instead of the report, how one explanation was weighed: its id as in the JSON, such as memory-fault")
      ->type_name("ID");
  options.add_flag("--anonymize", given->anonymize,
                   "replace the names of hosts and users, and addresses, by stand-ins: the same one everywhere");
  options
      .add_option("--color", given->colour,
                  "auto (the default: on a terminal, unless NO_COLOR is set), always or never")
      ->type_name("WHEN");
  return [given](std::span<const std::string> evidence) { return examine(*given, evidence); };
}

constexpr std::array kArguments = {
    Argument{"EVIDENCE...",
             "files, folders and archives, in any mix; - is standard input. Everything in them is read, and recognised "
             "by its content"},
};

constexpr std::array kExamples = {
    Example{"Everything that is left of the host lies in one folder:", "inquest examine evidence/"},
    Example{"A log without zone and year, and a bundle; the host is one of several:",
            "inquest examine syslog.1 sosreport.tar.xz --host pve1 --tz Europe/Berlin"},
    Example{"A journal out of a pipe, for a program to read:",
            "journalctl -b -1 -o json | inquest examine - --format json"},
    Example{"With the figures that a database has of that host, fetched around its death:",
            "inquest examine evidence/ --telemetry prometheus://metrics.lan:9090"},
    Example{"One file to send on, with the timeline and the figures drawn:",
            "inquest examine evidence/ --format html --output report.html"},
    Example{"To paste into an issue:", "inquest examine evidence/ --format markdown --output report.md"},
};

}  // namespace

extern const Command examine_command;
const Command examine_command = {
    .name = kName,
    .summary = "investigates a death: evidence in, verdict with citations out",
    .description =
        "Reads all evidence, finds when each boot began and how it ended, narrows the time of death with every "
        "independent witness, compares the last minutes with the host's own past, and lists what was not watching. "
        "Damaged evidence is read as far as it goes; what was lost is counted and located.\n\n"
        "The report gives the verdict first. Each statement has the number of a citation; the list at the end says "
        "which "
        "file and line that is, and quotes it. What had to be assumed is said.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
