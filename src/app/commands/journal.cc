// inquest journal: what is in journal files, as journalctl would print it, also where they are damaged.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/command.h"
#include "app/message.h"
#include "app/output.h"
#include "app/time_argument.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "base/zone.h"
#include "journal/boot_list.h"
#include "journal/boot_table.h"
#include "journal/damage_report.h"
#include "journal/entry_writer.h"
#include "journal/folder.h"
#include "journal/image.h"
#include "journal/match.h"
#include "journal/show.h"
#include "journal/unit_names.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "journal";
constexpr size_t kMostLosses = 5;  // listed of one file

using Files = std::vector<std::unique_ptr<journal::JournalFile>>;

// As given on the command line. What journalctl's options may take without an argument is found out later: the word
// behind may be a path.
struct Given {
  bool list_boots = false;
  bool kernel = false;
  bool reverse = false;
  bool quiet = false;
  std::vector<std::string> boot;
  bool has_boot = false;
  std::vector<std::string> lines;
  bool has_lines = false;
  std::vector<std::string> units;
  std::vector<std::string> identifiers;
  std::string since;
  std::string until;
  std::string priority;
  std::string pattern;
  std::string mode = "short";
  std::string zone = "UTC";
};

// "-1", "0", an id, "ID-1", "all".
struct BootChoice {
  bool all = false;
  std::optional<std::string> id;
  int64_t offset = 0;
};

// What it comes down to.
struct Request {
  std::vector<std::string> paths;
  std::vector<std::string> matches;  // FIELD=VALUE and "+"
  std::optional<BootChoice> boot;
  std::optional<std::pair<int, int>> levels;
  journal::Query query;
};

std::optional<BootChoice> boot_choice(std::string_view text) {
  BootChoice choice;
  if (text == "all") {
    choice.all = true;
    return choice;
  }
  const bool hex = text.size() >= 32 && text.substr(0, 32).find_first_not_of("0123456789abcdefABCDEF") == text.npos;
  if (hex) {
    choice.id = lower(text.substr(0, 32));
    text.remove_prefix(32);
    if (text.empty()) return choice;
    if (text[0] != '+' && text[0] != '-') return std::nullopt;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto offset = parse_int<int32_t>(text);
  if (!offset) return std::nullopt;
  choice.offset = *offset;
  return choice;
}

// "err" is all from emerg to err, "warning..err" those between.
std::optional<std::pair<int, int>> level_range(std::string_view text) {
  const size_t dots = text.find("..");
  const int from = journal::level_number(text.substr(0, dots));
  if (dots == std::string_view::npos) return from < 0 ? std::nullopt : std::optional(std::pair(0, from));
  const int to = journal::level_number(text.substr(dots + 2));
  if (from < 0 || to < 0) return std::nullopt;
  return std::pair(std::min(from, to), std::max(from, to));
}

bool is_match(std::string_view text) {
  const size_t equals = text.find('=');
  return text == "+" || (equals != std::string_view::npos && journal::field_name(text.substr(0, equals)));
}

// Microseconds since 1970; nothing for an empty text.
Result<std::optional<uint64_t>> micros(const std::string& text, std::string_view option, const Zone& zone) {
  if (text.empty()) return std::optional<uint64_t>();
  const auto time = parse_relative_time(text, zone, utc_now());
  if (!time) return fail(ErrorCode::Malformed, fmt::format("--{}: {}", option, time.error().message));
  return std::optional(static_cast<uint64_t>(std::max<Ns>(time->ns / kMicro, 0)));
}

// An error says what is wrong with the command line.
Result<Request> understand(const Given& given, std::span<const std::string> arguments) {
  const auto wrong = [](std::string message) { return fail(ErrorCode::Malformed, std::move(message)); };
  Request request;
  for (const std::string& argument : arguments)
    (is_match(argument) ? request.matches : request.paths).push_back(argument);

  if (given.has_boot || given.kernel) request.boot.emplace();
  if (!given.boot.empty()) {
    if (const auto choice = boot_choice(given.boot[0])) {
      request.boot = choice;
    } else {
      request.paths.push_back(given.boot[0]);
    }
  }
  if (given.has_lines) request.query.lines = 10;
  if (!given.lines.empty()) {
    if (given.lines[0] == "all") {
      request.query.lines.reset();
    } else if (const auto lines = parse_int<uint32_t>(given.lines[0])) {
      request.query.lines = *lines;
    } else {
      request.paths.push_back(given.lines[0]);
    }
  }
  if (request.paths.empty()) return wrong("no journal given: name files or folders, such as /var/log/journal");

  const auto zone = Zone::find(given.zone);
  if (!zone) return wrong(fmt::format("--tz: {}", zone.error().message));
  request.query.zone = *zone;
  const auto mode = journal::output_mode(given.mode);
  if (!mode) return wrong(fmt::format("--output: there is no format \"{}\"", given.mode));
  request.query.mode = *mode;
  if (!given.priority.empty()) {
    request.levels = level_range(given.priority);
    if (!request.levels) return wrong(fmt::format("--priority: \"{}\" is no level", given.priority));
  }
  const auto since = micros(given.since, "since", *zone);
  if (!since) return fail(since.error());
  const auto until = micros(given.until, "until", *zone);
  if (!until) return fail(until.error());
  if (*since && *until && **since > **until) return wrong("--since must be before --until");
  request.query.since = *since;
  request.query.until = *until;
  if (!given.pattern.empty()) request.query.pattern = given.pattern;
  request.query.reverse = given.reverse;
  request.query.quiet = given.quiet || *mode == journal::OutputMode::Json || *mode == journal::OutputMode::Export ||
                        *mode == journal::OutputMode::Cat;
  return request;
}

Files open_files(std::span<const std::string> paths, journal::Residency& residency) {
  Files files;
  for (const std::string& path : paths) {
    for (const std::string& name : journal::find_journals(path)) {
      auto image = journal::Image::map(name, residency);
      if (!image) {
        complain(image.error().text());
        continue;
      }
      auto file = std::make_unique<journal::JournalFile>(name, std::move(*image), static_cast<uint32_t>(files.size()));
      if (!file->has_header() && file->scanned().size() == 0) {
        complain(fmt::format("{}: no journal: neither its header nor entries were found", name));
        continue;
      }
      files.push_back(std::move(file));
    }
  }
  return files;
}

// The boot that is meant, or nothing where there is no such.
std::optional<journal::Id128> chosen_boot(std::span<const journal::Boot> boots, const BootChoice& choice) {
  const auto count = static_cast<int64_t>(boots.size());
  int64_t index = choice.offset > 0 ? choice.offset - 1 : count - 1 + choice.offset;
  if (choice.id) {
    const auto found = std::ranges::find(boots, *choice.id, [](const journal::Boot& boot) { return boot.id.text(); });
    if (found == boots.end()) return std::nullopt;
    index = found - boots.begin() + choice.offset;
  }
  if (index < 0 || index >= count) return std::nullopt;
  return boots[static_cast<size_t>(index)].id;
}

// In the order of journalctl, which decides what restricts what. Not done: a message was given.
ExitStatus add_matches(const Files& files, const Given& given, const Request& request, journal::Match& match) {
  if (request.boot && !request.boot->all) {
    const auto boot = chosen_boot(journal::list_boots(files), *request.boot);
    if (!boot) {
      complain("there is no such boot; inquest journal --list-boots shows which there are");
      return ExitStatus::No;
    }
    match.add("_BOOT_ID=" + boot->text());
    match.conjunction();
  }
  if (given.kernel) {
    match.add("_TRANSPORT=kernel");
    match.conjunction();
  }
  size_t units = 0;
  for (const std::string& name : given.units) {
    for (const std::string& unit : journal::find_units(files, name)) {
      journal::add_unit(match, unit);
      ++units;
    }
  }
  if (!given.units.empty() && units == 0) {
    complain("no unit of that name has entries");
    return ExitStatus::No;
  }
  match.conjunction();
  for (const std::string& identifier : given.identifiers) {
    match.add("SYSLOG_IDENTIFIER=" + identifier);
    match.disjunction();
  }
  match.conjunction();
  if (request.levels) {
    for (int level = request.levels->first; level <= request.levels->second; ++level)
      match.add(fmt::format("PRIORITY={}", level));
    match.conjunction();
  }
  for (const std::string& text : request.matches) {
    if (text == "+") {
      match.disjunction();
    } else {
      match.add(text);
    }
  }
  return ExitStatus::Done;
}

std::string when(const std::optional<uint64_t>& micros) {
  if (!micros || *micros > 9'200'000'000'000'000) return "?";
  return format_utc({static_cast<Ns>(*micros) * kMicro, Precision::Second});
}

// What of the files could not be read, on standard error.
void tell_damage(const Files& files) {
  for (const auto& file : files) {
    const auto report = journal::report_damage(*file);
    if (!report) continue;
    complain(fmt::format("{}: {}; {} read by searching the file, {} lost, about {}", file->name(), report->reason,
                         counted(report->entries, "entry", "entries"), counted(report->bytes, "byte"),
                         counted(report->lost, "entry", "entries")));
    size_t listed = 0;
    for (const journal::Loss& loss : report->losses) {
      if (listed++ == kMostLosses) {
        complain(fmt::format("  and {} more", counted(report->losses.size() - kMostLosses, "place")));
        break;
      }
      complain(fmt::format("  at byte {}: {}, about {}, between {} and {}", loss.offset, counted(loss.bytes, "byte"),
                           counted(loss.entries, "entry", "entries"), when(loss.after), when(loss.before)));
    }
  }
}

ExitStatus list_boots(const Files& files, const Request& request) {
  std::vector<journal::Boot> boots = journal::list_boots(files);
  for (journal::Boot& boot : boots) boot.end = journal::find_end(files, boot);
  const bool json = request.query.mode == journal::OutputMode::Json;
  const ExitStatus status =
      print(json ? journal::boots_as_json(boots) : journal::boots_as_table(boots, request.query.zone));
  tell_damage(files);
  return status;
}

ExitStatus run_journal(const Given& given, std::span<const std::string> arguments) {
  auto request = understand(given, arguments);
  if (!request) return usage_error(request.error().message, kName);
  journal::Residency residency;
  const Files files = open_files(request->paths, residency);
  if (files.empty()) {
    complain("no journal files were found");
    return ExitStatus::NothingReadable;
  }
  if (given.list_boots) return list_boots(files, *request);
  const ExitStatus matched = add_matches(files, given, *request, request->query.match);
  if (matched != ExitStatus::Done) return matched;

  request->query.safe = ::isatty(STDOUT_FILENO) == 1;
  std::optional<Error> failed;
  const auto shown = journal::show(files, request->query, [&](std::string_view text) {
    const auto written = write_standard_output(text);
    if (!written) failed = written.error();
    return written.has_value();
  });
  if (!shown) return usage_error(fmt::format("--grep: {}", shown.error().message), kName);
  if (failed) {
    complain(failed->text());
    return ExitStatus::Failed;
  }
  tell_damage(files);
  if (shown->incomplete > 0)
    complain(fmt::format("{} shown without fields that could not be read",
                         counted(shown->incomplete, "entry is", "entries are")));
  return request->query.pattern && shown->entries == 0 ? ExitStatus::No : ExitStatus::Done;
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_flag("--list-boots", given->list_boots, "list the boots, and how each ended");
  CLI::Option* const boot =
      options
          .add_option("-b,--boot", given->boot,
                      "only one boot: an id, or its place: 0 (the default) is the last one, -1 the one before, 1 the "
                      "first; all is all")
          ->expected(0, 1)
          ->type_name("BOOT");
  options.add_flag("-k,--dmesg", given->kernel, "only what the kernel said, in the last boot unless -b says another");
  options.add_option("-u,--unit", given->units, "only of and about this unit; may be a pattern, and be given again")
      ->allow_extra_args(false)
      ->type_name("UNIT");
  options.add_option("-t,--identifier", given->identifiers, "only of programs that call themselves so")
      ->allow_extra_args(false)
      ->type_name("NAME");
  options.add_option("-p,--priority", given->priority, "only of that level or more urgent; or a range: emerg..err")
      ->type_name("LEVEL");
  options
      .add_option("-g,--grep", given->pattern,
                  "only messages that match a Perl-compatible regular expression; in one of lower-case letters, case "
                  "does not matter")
      ->type_name("PATTERN");
  options
      .add_option(
          "-S,--since", given->since,
          "from this time on: \"2026-02-09 07:55:00\" in the zone that is given, \"07:55\", today, yesterday, -1h, "
          "\"2 hours ago\", @ and seconds since 1970")
      ->type_name("TIME");
  options.add_option("-U,--until", given->until, "up to this time")->type_name("TIME");
  CLI::Option* const lines = options.add_option("-n,--lines", given->lines, "the last so many; 10 without a number")
                                 ->expected(0, 1)
                                 ->type_name("COUNT");
  options.add_flag("-r,--reverse", given->reverse, "the newest first");
  options
      .add_option("-o,--output", given->mode,
                  "short (the default), short-iso, short-iso-precise, short-precise, short-full, short-monotonic, "
                  "short-unix, json, export or cat")
      ->type_name("FORMAT");
  options.add_option("--tz", given->zone, "the zone in which times are shown and meant; UTC unless given")
      ->type_name("ZONE");
  options.add_flag("-q,--quiet", given->quiet, "no lines between boots");
  return [given, boot, lines](std::span<const std::string> arguments) {
    given->has_boot = boot->count() > 0;
    given->has_lines = lines->count() > 0;
    std::erase(given->boot, "");
    std::erase(given->lines, "");
    return run_journal(*given, arguments);
  };
}

constexpr std::array kArguments = {
    Argument{"PATH...", "journal files, and folders in which they are looked for"},
    Argument{"FIELD=VALUE...",
             "only entries with that field; different fields restrict each other, values of one field are "
             "alternatives, as are groups with a + between them"},
};

constexpr std::array kExamples = {
    Example{"Which boots are there, and how did they end?", "inquest journal --list-boots /mnt/var/log/journal"},
    Example{"The kernel's last words in the boot before the last:",
            "inquest journal -k -b -1 -n 50 /mnt/var/log/journal"},
    Example{"All oopses and panics, from damaged files too:", "inquest journal -g 'panic|oops' system.journal~"},
    Example{"For another program to read:", "inquest journal -o export /mnt/var/log/journal"},
};

}  // namespace

extern const Command journal_command;
const Command journal_command = {
    .name = kName,
    .summary = "shows the entries of systemd journal files, damaged ones too",
    .description =
        "Reads journal files of every version by itself and prints what journalctl would print. Where a file is "
        "damaged or cut, where journalctl drops the rest or the file, it is searched for entries; what is missing is "
        "counted and located on standard error. Files are read in place: their size costs no memory.\n\n"
        "Of several machines, entries stand in the order of time. Boots are ordered by what journald counted, by the "
        "clock only where nothing else is common to them, so that a clock that jumped reorders nothing. "
        "The order of fields in JSON is that of the entry; journalctl's is random.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
