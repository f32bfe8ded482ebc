// inquest tail: the messages that a recorder receives, as they arrive.
#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

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

namespace inquest::app {
namespace {

constexpr std::string_view kName = "tail";
constexpr auto kPause = std::chrono::milliseconds(500);
constexpr uint64_t kMostAtOnce = 1000;

using Json = nlohmann::json;

struct Given {
  std::string recorder;
  std::string host;
  std::string format = "text";
  uint64_t lines = 20;
  bool stop = false;
};

std::string text(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// "2026-02-09T15:54:50.123Z pve1 kernel: message"; nothing in it can move a cursor.
std::string line_of(const Json& event) {
  const std::string ident = text(event, "ident");
  return printable(fmt::format("{} {} {}{}{}", text(event, "time"), text(event, "host"), ident,
                               ident.empty() ? "" : ": ", text(event, "message")));
}

ExitStatus run(const Given& given) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  auto recorder = open_recorder(given.recorder);
  if (!recorder) {
    complain(recorder.error().text());
    return ExitStatus::Failed;
  }
  uint64_t row = 0;
  for (uint64_t limit = given.lines;; limit = kMostAtOnce) {
    const auto answer = (*recorder)->events(given.host, row, limit);
    const Json json = answer ? Json::parse(*answer, nullptr, false) : Json();
    if (!answer || !json.is_object() || !json.contains("events")) {
      complain(answer ? "the answer is not a recorder's" : answer.error().text());
      return ExitStatus::Failed;
    }
    std::string out;
    for (const Json& event : json["events"]) {
      if (!event.is_object()) continue;
      if (const auto at = event.find("row"); at != event.end() && at->is_number_unsigned()) {
        row = std::max(row, at->get<uint64_t>());
      }
      out += given.format == "json" ? event.dump(-1, ' ', false, Json::error_handler_t::replace) : line_of(event);
      out += '\n';
    }
    if (const ExitStatus printed = print(out); printed != ExitStatus::Done || given.stop) return printed;
    if (json["events"].size() < kMostAtOnce) std::this_thread::sleep_for(kPause);
  }
}

constexpr std::array kExamples = {
    Example{"What all hosts say, as it comes:", "inquest tail"},
    Example{"The last hundred messages of one of them, and no more:",
            "inquest tail --host pve1 --lines 100 --no-follow"},
};

}  // namespace

extern const Command tail_command;
const Command tail_command = {
    .name = kName,
    .summary = "the messages that a recorder receives, as they arrive",
    .description =
        "Prints the last messages of the kernel's netconsole, of syslog and of journals, and then each new one, until "
        "it "
        "is interrupted. A line is the message's time (UTC), its host, the program and what it said, without anything "
        "that a terminal would obey.",
    .arguments = {},
    .examples = kExamples,
    .define = [](CLI::App& options) -> Run {
      const auto given = std::make_shared<Given>();
      add_recorder_option(options, given->recorder);
      options.add_option("--host", given->host, "of this host only")->type_name("NAME");
      options.add_option("-n,--lines", given->lines, "how many messages to begin with (20)")
          ->check(CLI::Range(1, 10'000))
          ->type_name("COUNT");
      options.add_flag("--no-follow", given->stop, "stop after these");
      options.add_option("--format", given->format, "text (the default), or json: an object a line")
          ->type_name("FORMAT");
      return [given](std::span<const std::string>) { return run(*given); };
    },
};

}  // namespace inquest::app
