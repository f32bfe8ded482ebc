// inquest crash: every kernel crash report in text, one after the other.
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/choice.h"
#include "app/command.h"
#include "app/crash_json.h"
#include "app/crash_text.h"
#include "app/message.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "base/text.h"
#include "crashtext/detector.h"
#include "evidence/walk.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "crash";
constexpr size_t kMostComplaints = 20;
constexpr int kPauseMs = 1'000;       // without input, after which those who follow a log are told what there is
constexpr size_t kPiece = 256 << 10;  // of output, written at once

struct Given {
  std::string format = "text";
  std::string colour = "auto";
  bool all = false;
  std::string signatures;
};

// Prints reports as they are found: nothing is kept but the numbers.
class Printer {
 public:
  Printer(bool json, const CrashTextOptions& options) : json_(json), options_(options) {
    if (json_) out_ = "{\"schema\":1,\"reports\":[";
  }

  void begin_input(std::string_view path) {
    path_ = path;
    before_ = count_;
  }
  void report(const crashtext::Report& report) {
    if (json_) {
      out_ += count_ == 0 ? "\n" : ",\n";
      out_ += crash_json(report, path_, before_, options_.foreign);
    } else {
      if (count_ > 0) out_ += '\n';
      out_ += crash_text(report, path_, count_ + 1, before_, options_);
    }
    ++count_;
    if (out_.size() > kPiece) flush();
  }
  void end() {
    if (json_) out_ += count_ == 0 ? "]}\n" : "\n]}\n";
    flush();
  }
  // What was reported so far goes out.
  void flush() {
    if (status_ == ExitStatus::Done && !out_.empty()) status_ = print(out_);
    out_.clear();
  }
  size_t count() const { return count_; }
  ExitStatus status() const { return status_; }

 private:
  bool json_;
  CrashTextOptions options_;
  std::string out_;
  std::string path_;
  size_t count_ = 0;
  size_t before_ = 0;
  ExitStatus status_ = ExitStatus::Done;
};

class Search final : public evidence::Visitor {
 public:
  Search(Printer& printer, Progress& progress, crashtext::Detector::Options options)
      : printer_(printer), progress_(progress), options_(options) {}

  void item(evidence::Item& item) override {
    printer_.begin_input(item.path == "-" ? "standard input" : item.path);
    crashtext::Detector detector([this](crashtext::Report&& report) { printer_.report(report); }, options_);
    while (true) {
      if (item.bytes->paused(kPauseMs)) {
        progress_.end();
        detector.pause();
        printer_.flush();
      }
      const auto got = item.bytes->read(detector.room());
      if (!got) {
        complain_of(item.path, got.error());
        break;
      }
      if (*got == 0) {
        ++read_;
        break;
      }
      detector.filled(*got);
      bytes_ += *got;
      progress_.read(bytes_, item.path);
    }
    detector.finish();
    if (detector.bytes() > 0) anything_ = true;
  }
  void container(const std::string& /*path*/, std::string_view /*kind*/, uint64_t /*bytes*/) override {}
  void refused(const std::string& path, const Error& error, bool /*container*/) override { complain_of(path, error); }

  void end() const {
    if (complaints_ > kMostComplaints)
      complain(fmt::format("{} more could not be read", complaints_ - kMostComplaints));
  }
  // At least one input was read to its end, or in part.
  bool readable() const { return read_ > 0 || anything_; }

 private:
  void complain_of(const std::string& path, const Error& error) {
    if (++complaints_ > kMostComplaints) return;
    progress_.end();
    complain(fmt::format("{}: {}", path, error.message));
  }

  Printer& printer_;
  Progress& progress_;
  crashtext::Detector::Options options_;
  uint64_t bytes_ = 0;
  size_t read_ = 0;
  size_t complaints_ = 0;
  bool anything_ = false;
};

ExitStatus crash(const Given& given, std::span<const std::string> files) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  const auto colour = colour_choice(given.colour);
  if (!colour) return usage_error(colour.error().message, kName);

  const auto foreign = ForeignSignatures::parse(given.signatures);
  if (!foreign) return usage_error(fmt::format("--signatures: {}", foreign.error().message), kName);

  const std::vector<std::string> standard_input = {"-"};
  Printer printer(given.format == "json", {text_width(), use_colour(*colour), given.all, *foreign});
  Progress progress;
  Search search(printer, progress, {.stamped = foreign->chromeos});
  evidence::walk(files.empty() ? standard_input : files, evidence::Limits{}, search);
  progress.end();
  printer.end();
  search.end();
  if (printer.status() != ExitStatus::Done) return printer.status();
  if (!search.readable()) {
    complain("nothing could be read");
    return ExitStatus::NothingReadable;
  }
  if (printer.count() == 0) complain("no kernel crash report was found");
  return ExitStatus::Done;
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--format", given->format, "text (the default) or json")->type_name("FORMAT");
  options.add_flag("--all", given->all, "show every frame, the doubtful ones too, and the modules");
  options
      .add_option(
          "--signatures", given->signatures,
          "also the signatures that other programs give, to find a crash in their databases: chromeos, abrt, or "
          "both with a comma between")
      ->type_name("NAMES");
  options
      .add_option("--color", given->colour,
                  "auto (the default: on a terminal, unless NO_COLOR is set), always or never")
      ->type_name("WHEN");
  return [given](std::span<const std::string> files) { return crash(*given, files); };
}

constexpr std::array kArguments = {
    Argument{"[FILE...]", "files, folders and archives, in any mix; standard input where none is named, or for -"},
};

constexpr std::array kExamples = {
    Example{"What the kernel of this boot has complained about:", "journalctl -k | inquest crash"},
    Example{"A folder of consoles and archives of logs:", "inquest crash /var/log/console/ sosreport.tar.xz"},
    Example{"Each report once, by signature:", "inquest crash --format json kern.log | jq -r '.reports[].signature'"},
};

}  // namespace

extern const Command crash_command;
const Command crash_command = {
    .name = kName,
    .summary = "finds every kernel crash report in text",
    .description =
        "Reads logs, consoles, pstore records and what people pasted, of any size and with any prefix, and tells each "
        "report of a kernel crash (oops, warning, panic, lockup, stall, hung task), of failing hardware and of what "
        "else takes a host down: title, type, place, who is to blame, and the trace.\n\n"
        "The first report of a boot is its root; later ones are linked to it where they may be its consequences. A "
        "report that is cut, or mixed with another, says so. Titles are those of syzkaller, so that they can be looked "
        "up; the signature is the same for the same bug, whatever the addresses and the kernel's version.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
