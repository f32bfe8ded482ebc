#include "app/experiment_minimize.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/message.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "app/test_command.h"
#include "app/whole_file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "experiment/delta.h"
#include "experiment/difference.h"
#include "experiment/run_log.h"
#include "experiment/sequential.h"
#include "experiment/statistics.h"
#include "report/document.h"
#include "report/text.h"

namespace inquest::app {
namespace {

using experiment::Count;
using experiment::Difference;
using experiment::Verdict;

constexpr size_t kMostBytes = size_t{16} << 20U;
constexpr int kSkip = 125;         // as git bisect run has it
constexpr int kLeastBroken = 126;  // the shell could not run the command, or a signal ended it

// Appends to the log line by line; each is on the disk before the next run starts, which may take the machine down.
class LogFile {
 public:
  static Result<LogFile> open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) return fail({ErrorCode::Io, std::generic_category().message(errno), path, 0, 0});
    return LogFile(fd, path);
  }
  LogFile(LogFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  LogFile& operator=(LogFile&&) = delete;
  ~LogFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  Result<void> append(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(fd_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail({ErrorCode::Io, std::generic_category().message(errno), path_, 0, 0});
      text.remove_prefix(static_cast<size_t>(count));
    }
    ::fsync(fd_);  // a file system without it loses no more than the last run
    return {};
  }

 private:
  LogFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;
};

// Runs candidates and keeps the log.
class Runner {
 public:
  Runner(const MinimizeOptions& options, const Difference& difference, experiment::RunLog& log, const LogFile& file)
      : options_(options),
        difference_(difference),
        log_(log),
        file_(file),
        command_(options.test, std::filesystem::path(options.good).extension().string(), options.show_output,
                 options.timeout_s) {}

  // One more run; nothing where it was interrupted or cannot go on.
  std::optional<Verdict> once(const std::vector<size_t>& applied) {
    const std::string candidate = difference_.compose(applied);
    const std::string hash = sha256_hex(candidate);
    auto status = log_.next(hash);
    if (status) {
      ++remembered_;
    } else {
      if (command_.interrupted()) return std::nullopt;
      progress_.phase(fmt::format("run {}: {} of {} changes, {} suspected", runs_ + 1, applied.size(),
                                  difference_.changes().size(), suspected_));
      const auto end = command_.run(candidate);
      if (!end) {
        error_ = end.error().text();
        return std::nullopt;
      }
      if (end->interrupted) return std::nullopt;
      status = end->timed_out ? 1 : end->status;
      if (*status >= kLeastBroken) {
        error_ = fmt::format(
            "the test command ended with status {}{}: that is neither good (0), bad (1 to 124) nor skip (125)", *status,
            *status == 127 ? ", command not found" : "");
        return std::nullopt;
      }
      ++runs_;
      if (const auto written =
              file_.append(experiment::RunLog::line(hash, *status, applied.size(), difference_.changes().size()));
          !written) {
        error_ = written.error().text();
        return std::nullopt;
      }
    }
    return *status == 0 ? Verdict::Good : *status == kSkip ? Verdict::Skip : Verdict::Bad;
  }

  // As many runs as are asked for, all of them: how often does it fail?
  std::optional<Count> rate(const std::vector<size_t>& applied) {
    Count count;
    for (uint32_t i = 0; i < options_.repeats; ++i) {
      const auto verdict = once(applied);
      if (!verdict) return std::nullopt;
      if (*verdict != Verdict::Skip) count.add({*verdict == Verdict::Bad ? 1U : 0U, 1});
    }
    return count;
  }

  // As many runs as are needed.
  std::optional<Verdict> judge(const std::vector<size_t>& applied, const Count& good, const Count& bad) {
    if (options_.repeats == 1) return once(applied);
    experiment::SequentialTest test(good, bad, options_.repeats);
    for (uint32_t skipped = 0; skipped < options_.repeats;) {
      const auto verdict = once(applied);
      if (!verdict) return std::nullopt;
      if (*verdict == Verdict::Skip) {
        ++skipped;
        continue;
      }
      if (const auto decided = test.add(*verdict == Verdict::Bad)) {
        if (test.unsure()) ++unsure_;
        return decided;
      }
    }
    return Verdict::Skip;
  }

  void suspect(size_t changes) { suspected_ = changes; }
  void end_progress() { progress_.end(); }
  size_t runs() const { return runs_; }
  size_t remembered() const { return remembered_; }
  size_t unsure() const { return unsure_; }
  const std::string& error() const { return error_; }

 private:
  const MinimizeOptions& options_;
  const Difference& difference_;
  experiment::RunLog& log_;
  const LogFile& file_;
  TestCommand command_;
  Progress progress_;
  size_t runs_ = 0;
  size_t remembered_ = 0;
  size_t unsure_ = 0;
  size_t suspected_ = 0;
  std::string error_;
};

std::string one_line(const experiment::Change& change) {
  std::string out;
  for (const std::string& text : change.removed) out += fmt::format("{}- {}", out.empty() ? "" : "   ", trim(text));
  for (const std::string& text : change.added) out += fmt::format("{}+ {}", out.empty() ? "" : "   ", trim(text));
  return out;
}

std::string as_text(const Difference& difference, const experiment::Minimum& minimum, const Runner& runner,
                    const Count& good, const Count& bad, const MinimizeOptions& options) {
  const size_t all = difference.changes().size();
  report::Document document;
  document.emplace_back(report::Heading{
      1, minimum.minimal
             ? fmt::format("It fails with {} of {}", minimum.changes.size(), counted(all, "difference"))
             : fmt::format("Stopped: {} of {} still suspected", minimum.changes.size(), counted(all, "difference"))});
  report::List list{report::List::Kind::Numbered, {}};
  for (const size_t change : minimum.changes)
    list.items.push_back({{}, {report::Text(one_line(difference.changes()[change]), report::Style::Code)}, {}});
  document.emplace_back(std::move(list));
  std::string how =
      minimum.minimal
          ? (minimum.changes.size() == 1
                 ? std::string("The good configuration with this alone fails; without it, it does not.")
                 : fmt::format("The good configuration with these {} fails, and with any one of them left out it "
                               "does not: they act together.",
                               minimum.changes.size()))
          : std::string("The good configuration with these fails. The same command goes on where it stopped.");
  document.emplace_back(report::Paragraph{report::Text(how)});
  std::string runs = counted(runner.runs(), "run") +
                     (runner.remembered() > 0 ? fmt::format(", {} more out of the log", runner.remembered()) : "");
  runs += fmt::format("; {} of {} failed with the good configuration, {} of {} with the bad one.", good.failures,
                      good.runs, bad.failures, bad.runs);
  if (runner.unsure() > 0)
    runs += fmt::format(" {} {} decided by the limit on repeats, not by the evidence: repeat with more.",
                        counted(runner.unsure(), "verdict"), runner.unsure() == 1 ? "was" : "were");
  if (options.repeats == 1) runs += " Each candidate was run once: if the failure is flaky, use --repeats.";
  document.emplace_back(report::Paragraph{report::Text(runs)});
  return report::render_text(document, text_width(), use_colour(Colour::Auto));
}

std::string as_json(const Difference& difference, const experiment::Minimum& minimum, const Runner& runner,
                    const Count& good, const Count& bad) {
  using Json = nlohmann::ordered_json;
  Json out = {{"schema", 1}, {"minimal", minimum.minimal}, {"differences", difference.changes().size()}};
  out["changes"] = Json::array();
  const auto safe = [](const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts) list.push_back(printable(text));
    return list;
  };
  for (const size_t i : minimum.changes) {
    const auto& change = difference.changes()[i];
    out["changes"].push_back({{"removed", safe(change.removed)}, {"added", safe(change.added)}});
  }
  out["runs"] = runner.runs();
  out["runs_from_log"] = runner.remembered();
  out["unsure_verdicts"] = runner.unsure();
  out["good"] = {{"failures", good.failures}, {"runs", good.runs}};
  out["bad"] = {{"failures", bad.failures}, {"runs", bad.runs}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ExitStatus stopped(Runner& runner, const MinimizeOptions& options) {
  runner.end_progress();
  complain(runner.error().empty() ? fmt::format("interrupted after {}; the same command goes on where it stopped ({})",
                                                counted(runner.runs(), "run"), options.log)
                                  : runner.error());
  return ExitStatus::Failed;
}

}  // namespace

ExitStatus minimize(const MinimizeOptions& options) {
  std::string texts[2];
  for (const size_t i : {0U, 1U}) {
    auto text = read_whole(i == 0 ? options.good : options.bad, kMostBytes);
    if (!text) {
      complain(text.error().text());
      return ExitStatus::NothingReadable;
    }
    texts[i] = *std::move(text);
  }
  const auto difference = Difference::between(texts[0], texts[1]);
  if (!difference) {
    complain(difference.error().message);
    return ExitStatus::NothingReadable;
  }
  const size_t count = difference->changes().size();
  if (count == 0) {
    complain("the two configurations do not differ");
    return ExitStatus::No;
  }

  experiment::RunLog log(sha256_hex(sha256_hex(texts[0]) + sha256_hex(texts[1]) + options.test));
  std::error_code missing;
  const auto size = std::filesystem::file_size(options.log, missing);
  const bool fresh = missing || size == 0;
  if (!fresh) {
    const auto old = read_whole(options.log, kMostBytes);
    const auto loaded = old ? log.load(*old) : Result<void>(fail(old.error()));
    if (!loaded) {
      complain(fmt::format("{}: {}; remove it, or name another with --log", options.log, loaded.error().message));
      return ExitStatus::Usage;
    }
    if (log.known() > 0) complain(fmt::format("going on with {} of {}", counted(log.known(), "run"), options.log));
  }
  const auto file = LogFile::open(options.log);
  const auto begun = !file ? Result<void>(fail(file.error())) : fresh ? file->append(log.first_line()) : Result<void>();
  if (!begun) {
    complain(begun.error().text());
    return ExitStatus::Failed;
  }

  Runner runner(options, *difference, log, *file);
  runner.suspect(count);
  std::vector<size_t> all(count);
  for (size_t i = 0; i < count; ++i) all[i] = i;
  const auto good = runner.rate({});
  const auto bad = good ? runner.rate(all) : std::nullopt;
  if (!bad) return stopped(runner, options);
  if (good->runs == 0 || bad->runs == 0 || bad->rate() <= good->rate()) {
    runner.end_progress();
    complain(fmt::format(
        "nothing to look for: {} of {} runs failed with the good configuration, {} of {} with the bad one{}",
        good->failures, good->runs, bad->failures, bad->runs,
        bad->failures == 0 && options.repeats == 1 ? " (a flaky failure needs --repeats)" : ""));
    return ExitStatus::No;
  }
  const auto minimum = experiment::minimise(
      count, [&](const std::vector<size_t>& applied) { return runner.judge(applied, *good, *bad); },
      [&](const std::vector<size_t>& failing) { runner.suspect(failing.size()); });
  runner.end_progress();
  const ExitStatus printed = print(options.json ? as_json(*difference, minimum, runner, *good, *bad)
                                                : as_text(*difference, minimum, runner, *good, *bad, options));
  if (printed != ExitStatus::Done) return printed;
  if (!options.output.empty()) {
    if (const auto written = write_file(options.output, difference->compose(minimum.changes)); !written) {
      complain(written.error().text());
      return ExitStatus::Failed;
    }
  }
  return minimum.minimal ? ExitStatus::Done : stopped(runner, options);
}

}  // namespace inquest::app
