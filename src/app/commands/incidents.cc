// inquest incidents: what a recorder noticed by itself.
#include <array>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/choice.h"
#include "app/command.h"
#include "app/message.h"
#include "app/output.h"
#include "app/recorder_view.h"
#include "app/terminal.h"
#include "base/text.h"
#include "record/incident.h"
#include "report/text.h"
#include "report/words.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "incidents";
constexpr size_t kMostLines = 40;  // of a crash report

using Json = nlohmann::ordered_json;

struct Given {
  std::string recorder;
  std::string format = "text";
  std::string host;
  bool open = false;
};

std::string time(Ns ns) { return ns == 0 ? std::string() : format_utc({ns, Precision::Second}); }

std::string window(const Interval& interval) {
  return interval.after || interval.before ? report::window_text(interval) : std::string();
}

// Those that are asked for.
Json chosen(const Json& incidents, const Given& given) {
  Json out = Json::array();
  for (const Json& each : incidents) {
    if (!each.is_object() || (given.open && each.value("state", Json()) != "open")) continue;
    if (given.host.empty() || each.value("host", Json()) == given.host) out.push_back(each);
  }
  return out;
}

report::Document list_of(const Json& incidents, const Given& given) {
  report::Table table{
      {{"No.", true}, {"Opened"}, {"Host", false, true}, {"State"}, {"Class"}, {"What", false, true}}, "", {}};
  for (const Json& each : incidents) {
    const auto incident = record::incident_of(each.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!incident) continue;
    table.rows.push_back(
        {{report::Text(fmt::format("{}", incident->id)), report::Text(time(incident->opened)),
          report::Text(incident->host, report::Style::Strong),
          report::Text(incident->open ? "open" : "closed", incident->open ? report::Style::Bad : report::Style::Plain),
          report::Text(incident->incident_class), report::Text(incident->title)},
         {}});
  }
  if (table.rows.empty()) {
    return {report::Paragraph{
        report::Text(fmt::format("No incident{}{}.", given.host.empty() ? "" : " of " + printable(given.host),
                                 given.open ? " is open" : " yet"))}};
  }
  return {std::move(table)};
}

report::Document document_of(const record::Incident& incident) {
  report::Document out;
  out.emplace_back(report::Heading{1, printable(fmt::format("Incident {}: {}", incident.id, incident.title))});
  report::List facts{report::List::Kind::Labelled, {}};
  const auto fact = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) facts.items.push_back({report::Text(label), {report::Text(value)}, {}});
  };
  fact("host", incident.host);
  fact("kind", to_string(incident.kind));
  fact("class", incident.incident_class);
  fact("state", incident.open ? "open" : fmt::format("closed {}", time(incident.closed)));
  fact("opened", time(incident.opened));
  fact("died", window(incident.death));
  fact("started again", window(incident.reset));
  if (incident.same_boot) fact("its kernel", *incident.same_boot ? "went on all the time" : "was started anew");
  out.emplace_back(std::move(facts));
  if (!incident.reasons.empty()) {
    out.emplace_back(report::Heading{2, "How it was noticed"});
    report::List reasons;
    for (const std::string& reason : incident.reasons) reasons.items.push_back({{}, {report::Text(reason)}, {}});
    out.emplace_back(std::move(reasons));
  }
  if (const std::vector<std::string> findings = record::findings_of(incident); !findings.empty()) {
    out.emplace_back(report::Heading{2, "What the examination found"});
    report::List found;
    for (const std::string& finding : findings) found.items.push_back({{}, {report::Text(finding)}, {}});
    out.emplace_back(std::move(found));
  }
  for (const record::IncidentReport& crash : incident.reports) {
    out.emplace_back(report::Heading{2, printable(crash.title)});
    out.emplace_back(report::Paragraph{
        report::Text(fmt::format("{}, by {}", time(crash.time - crash.time % kSecond), crash.source))});
    report::List text;
    size_t count = 0;
    for (const std::string_view line : lines(crash.text)) {
      if (++count > kMostLines) break;
      text.items.push_back({{}, {report::Text(line, report::Style::Code)}, {}});
    }
    out.emplace_back(std::move(text));
  }
  return out;
}

ExitStatus run(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  if (arguments.size() > 1) return usage_error("one incident at a time", kName);
  std::optional<uint64_t> id;
  if (!arguments.empty()) {
    id = parse_int<uint64_t>(arguments[0]);
    if (!id) return usage_error(fmt::format("\"{}\" is no number of an incident", arguments[0]), kName);
  }
  auto recorder = open_recorder(given.recorder);
  auto answer = !recorder ? Result<std::string>(fail(recorder.error()))
                : id      ? (*recorder)->incident(*id)
                          : (*recorder)->incidents();
  if (!answer) {
    complain(answer.error().text());
    return ExitStatus::Failed;
  }
  if (given.format == "json" && id) return print(*answer);
  auto json = Json::parse(*answer, nullptr, false);
  const auto incident = id ? record::incident_of(*answer) : Result<record::Incident>(record::Incident());
  if (!json.is_object() || !incident || (!id && !json.contains("incidents"))) {
    complain("the answer is not a recorder's");
    return ExitStatus::Failed;
  }
  if (!id) json["incidents"] = chosen(json["incidents"], given);
  if (given.format == "json") return print(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  const report::Document document = id ? document_of(*incident) : list_of(json["incidents"], given);
  return print(report::render_text(document, text_width(), use_colour(Colour::Auto)));
}

constexpr std::array kArguments = {
    Argument{"[ID]", "one incident in full: how it was noticed, its crash reports, what the examination found"},
};

constexpr std::array kExamples = {
    Example{"What happened while nobody looked?", "inquest incidents"},
    Example{"One of them, with all that is known of it:", "inquest incidents 7"},
    Example{"Its whole examination, for a program:", "inquest incidents 7 --format json | jq .examination"},
};

}  // namespace

extern const Command incidents_command;
const Command incidents_command = {
    .name = kName,
    .summary = "what a recorder noticed by itself: deaths, near-deaths, outages",
    .description =
        "An incident opens when a crash report arrives, or when a host falls silent although nothing announced it, and "
        "closes when the host is back. It is examined with what the recorder stored about its host, as `inquest "
        "examine` "
        "does.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = [](CLI::App& options) -> Run {
      const auto given = std::make_shared<Given>();
      add_recorder_option(options, given->recorder);
      options.add_option("--host", given->host, "of this host only")->type_name("NAME");
      options.add_flag("--open", given->open, "only those that are not over");
      options.add_option("--format", given->format, "text (the default) or json")->type_name("FORMAT");
      return [given](std::span<const std::string> arguments) { return run(*given, arguments); };
    },
};

}  // namespace inquest::app
