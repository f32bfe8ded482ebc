// inquest hosts: which hosts a recorder hears, and how they are.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/choice.h"
#include "app/command.h"
#include "app/message.h"
#include "app/output.h"
#include "app/recorder_view.h"
#include "app/terminal.h"
#include "app/time_argument.h"
#include "base/text.h"
#include "base/time.h"
#include "report/text.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "hosts";

using Json = nlohmann::ordered_json;

struct Given {
  std::string recorder;
  std::string format = "text";
  std::string maintenance;
  std::string length;
  bool troubled = false;
};

std::string text(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<Ns> duration(const Json& json, const char* name) {
  const auto at = json.find(name);
  if (at == json.end() || !at->is_number()) return std::nullopt;
  const double seconds = std::clamp(at->get<double>(), 0.0, 1e9);
  return static_cast<Ns>(seconds * 1000) * kMilli;
}

std::string pace(const Json& host) {
  const auto ns = duration(host, "pace_s");
  if (!ns) return "";
  return format_duration(*ns < 10 * kSecond ? *ns : *ns - *ns % kSecond);
}

// The last sign's time stands beside it, so that one unit is enough.
std::string ago(const Json& host) {
  const auto ns = duration(host, "quiet_s");
  if (!ns) return "";
  if (*ns < 10 * kSecond) return format_duration(*ns);
  if (*ns < 2 * kMinute) return fmt::format("{} s", *ns / kSecond);
  if (*ns < 2 * kHour) return fmt::format("{} min", *ns / kMinute);
  if (*ns < 2 * kDay) return fmt::format("{} h", *ns / kHour);
  return fmt::format("{} d", *ns / kDay);
}

// All but telemetry has one name: "telegraf/cpu", "netconsole".
std::string source(const Json& host) {
  constexpr std::string_view kTelemetry = "telemetry ";
  const std::string all = text(host, "source");
  return all.starts_with(kTelemetry) ? all.substr(kTelemetry.size()) : all;
}

report::Style style_of(std::string_view state) {
  if (state == "alive") return report::Style::Good;
  return state == "dead" ? report::Style::Bad : report::Style::Warning;
}

// Those that are asked for.
Json chosen(const Json& hosts, bool troubled) {
  Json out = Json::array();
  for (const Json& host : hosts) {
    if (host.is_object() && !(troubled && text(host, "state") == "alive")) out.push_back(host);
  }
  return out;
}

report::Document document_of(const Json& hosts, bool troubled) {
  report::Table table{
      {{"Host", false, true}, {"State"}, {"Last sign"}, {"Ago", true}, {"Pace", true}, {"Source", false, true}},
      "",
      {}};
  for (const Json& host : hosts) {
    std::string state = text(host, "state");
    const report::Style style = style_of(state);
    if (!text(host, "maintenance_until").empty()) state += ", maintenance";
    if (host.value("outage", Json()) == true) state += " (outage)";
    // To the second: "2026-02-09T15:54:50Z"
    std::string last = text(host, "last");
    if (const size_t point = last.find('.'); point != std::string::npos) last = last.substr(0, point) + "Z";
    table.rows.push_back(
        {{report::Text(text(host, "name"), report::Style::Strong), report::Text(state, style), report::Text(last),
          report::Text(ago(host)), report::Text(pace(host)), report::Text(source(host))},
         {}});
  }
  if (table.rows.empty()) {
    return {report::Paragraph{report::Text(troubled ? "All hosts are alive." : "No host was heard yet.")}};
  }
  return {std::move(table)};
}

ExitStatus run(const Given& given) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  std::optional<Ns> length;
  if (!given.maintenance.empty() || !given.length.empty()) {
    if (given.maintenance.empty() || given.length.empty()) {
      return usage_error("--maintenance HOST and --for SPAN go together", kName);
    }
    length = parse_time_span(given.length);
    if (!length || *length < 0) {
      return usage_error(fmt::format("--for: \"{}\" is no span of time, such as 2h or 30min; 0 ends it", given.length),
                         kName);
    }
  }
  auto recorder = open_recorder(given.recorder);
  auto answer = !recorder ? Result<std::string>(fail(recorder.error()))
                : length  ? (*recorder)->maintenance(given.maintenance, *length)
                          : (*recorder)->hosts();
  if (!answer) {
    complain(answer.error().text());
    return ExitStatus::Failed;
  }
  Json json = Json::parse(*answer, nullptr, false);
  if (!json.is_object() || !json.contains("hosts")) {
    complain("the answer is not a recorder's");
    return ExitStatus::Failed;
  }
  json["hosts"] = chosen(json["hosts"], given.troubled);
  if (given.format == "json") return print(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  return print(report::render_text(document_of(json["hosts"], given.troubled), text_width(), use_colour(Colour::Auto)));
}

constexpr std::array kExamples = {
    Example{"Which hosts does the recorder on this machine hear?", "inquest hosts"},
    Example{"Only those that are not well:", "inquest hosts --recorder http://recorder.lan:8086 --troubled"},
    Example{"A kernel is to be changed; nobody needs to be woken:", "inquest hosts --maintenance pve1 --for 2h"},
};

}  // namespace

extern const Command hosts_command;
const Command hosts_command = {
    .name = kName,
    .summary = "which hosts a recorder hears, and whether they live",
    .description =
        "Each host is alive, suspect (its fastest source is late), silent (plainly so), dead, or off (it was shut down "
        "in order). Pace is how often the fastest source comes; a recorder learns it by itself.\n\n"
        "Out of a folder comes what the recorder last wrote down: at most a minute old while it runs.",
    .arguments = {},
    .examples = kExamples,
    .define = [](CLI::App& options) -> Run {
      const auto given = std::make_shared<Given>();
      add_recorder_option(options, given->recorder);
      options.add_flag("--troubled", given->troubled, "leave out those that are alive");
      options.add_option("--maintenance", given->maintenance, "announce that this host may fall silent")
          ->type_name("HOST");
      options.add_option("--for", given->length, "for how long from now on: 2h, 30min; 0 ends a maintenance")
          ->type_name("SPAN");
      options.add_option("--format", given->format, "text (the default) or json")->type_name("FORMAT");
      return [given](std::span<const std::string>) { return run(*given); };
    },
};

}  // namespace inquest::app
