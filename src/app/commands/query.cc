// inquest query: Flux over what a recorder keeps, or over files.
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/choice.h"
#include "app/command.h"
#include "app/message.h"
#include "app/output.h"
#include "app/query_text.h"
#include "app/store_folder.h"
#include "app/whole_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "evidence/remote/http.h"
#include "query/engine.h"

namespace inquest::app {
namespace {

constexpr size_t kMostQuery = 16 << 20;
// A person at the command line may wait, and has a machine's memory.
constexpr auto kLongest = std::chrono::minutes(30);
constexpr uint64_t kMostMemory = uint64_t{8} << 30;
constexpr uint64_t kMostSteps = 1'000'000'000'000;

struct Given {
  std::string file;
  std::string data;
  std::string recorder;
  std::string token;
  std::string format = "table";
};

using Results = std::vector<query::NamedTables>;

Result<Results> run_here(const std::string& text, store::Store* store) {
  query::Limits limits;
  limits.time = kLongest;
  limits.memory = kMostMemory;
  limits.steps = kMostSteps;
  query::Context context(utc_now(), store, limits);
  context.allow_local_files();
  Results out;
  auto ran = query::run(text, "", context, [&](std::string_view name, query::Tables tables) {
    out.push_back({std::string(name), std::move(tables)});
    return Result<void>{};
  });
  if (!ran) return fail(std::move(ran).error());
  return out;
}

Result<Results> ask_recorder(const Given& given, const std::string& text) {
  const nlohmann::json body = {{"query", text},
                               {"type", "flux"},
                               {"dialect", {{"header", true}, {"annotations", {"datatype", "group", "default"}}}}};
  evidence::HttpRequest request;
  request.url = given.recorder;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += "/api/v2/query";
  request.headers = {"Content-Type: application/json", "Accept: application/csv"};
  if (!given.token.empty()) request.headers.push_back("Authorization: Token " + given.token);
  request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  auto opened = evidence::http_open(request, {});
  if (!opened) return fail(std::move(opened).error());
  std::string answer;
  std::vector<char> part(256 << 10);
  while (true) {
    const auto count = (*opened)->read(part);
    if (!count) return fail(count.error());
    if (*count == 0) break;
    answer.append(part.data(), *count);
  }
  return query::read_annotated_csv(answer);
}

ExitStatus show(const Results& results, const std::string& format) {
  if (format == "json") return print(query_as_json(results));
  if (format == "table") return print(query_as_text(results));
  std::string out;
  query::write_annotated_csv(results, query::CsvDialect::annotated(), out);
  return print(out);
}

ExitStatus run_query(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"table", "csv", "json"}); !wrong.empty()) {
    return usage_error(wrong, "query");
  }
  if (arguments.size() > 1 || (!arguments.empty() && !given.file.empty())) {
    complain("one query at a time: put its text in quotes, or name a file with -f");
    return ExitStatus::Usage;
  }
  std::string text;
  if (!arguments.empty() && arguments[0] != "-") {
    text = arguments[0];
  } else {
    auto read = read_whole(given.file.empty() ? "-" : given.file, kMostQuery);
    if (!read) {
      complain(read.error().text());
      return ExitStatus::NothingReadable;
    }
    text = std::move(*read);
  }
  std::unique_ptr<store::Store> store;
  if (!given.data.empty()) {
    auto opened = open_store_folder(given.data);
    if (!opened) {
      complain(opened.error().text());
      return ExitStatus::NothingReadable;
    }
    store = std::move(*opened);
  }
  auto results = given.recorder.empty() ? run_here(text, store.get()) : ask_recorder(given, text);
  if (!results) {
    complain(results.error().message);
    const bool mistake = results.error().code == ErrorCode::Malformed || results.error().code == ErrorCode::Unsupported;
    return mistake ? ExitStatus::Usage : ExitStatus::Failed;
  }
  return show(*results, given.format);
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("-f,--file", given->file, "read the query from a file; - is standard input")->type_name("FILE");
  options.add_option("--data", given->data, "ask what a recorder keeps in this folder, whether it runs or not")
      ->type_name("DIR");
  options
      .add_option("--recorder", given->recorder,
                  "ask a recorder, or anything else that has InfluxDB's API, at this address: http://host:8086")
      ->type_name("URL")
      ->excludes("--data");
  options.add_option("--token", given->token, "for the recorder; else INFLUX_TOKEN of the environment")
      ->type_name("TOKEN")
      ->envname("INFLUX_TOKEN");
  options.add_option("--format", given->format, "table (the default), csv (annotated) or json")->type_name("FORMAT");
  return [given](std::span<const std::string> arguments) { return run_query(*given, arguments); };
}

constexpr std::array kArguments = {
    Argument{"[FLUX]", "the query; without it, it is read from --file or from standard input"},
};

constexpr std::array kExamples = {
    Example{"The last figures of a day, from a recorder's folder:",
            "inquest query --data DIR 'from(bucket: \"b\") |> range(start: -1d) |> last()'"},
    Example{"Figures of a file:", "inquest query 'import \"csv\" csv.from(file: \"load.csv\") |> max()'"},
    Example{"A saved query:", "inquest query --file dashboard.flux --format csv"},
};

}  // namespace

extern const Command query_command;
const Command query_command = {
    .name = "query",
    .summary = "asks for telemetry in Flux: of a recorder, or of annotated CSV in files",
    .description =
        "Runs a Flux query and prints the tables that it gives. With --recorder the recorder runs it; without, it runs "
        "here, on "
        "what csv.from(file: ...) reads, or on a recorder's own files with --data. A function that is not supported is "
        "named with its line and column.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
