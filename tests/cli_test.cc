// The program on the command line: what it says where, and how it ends.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/golden.h"
#include "support/process.h"

namespace inquest {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::Ended;
using testing::has_terminals;
using ::testing::HasSubstr;
using testing::Invocation;
using ::testing::Not;
using testing::run_inquest;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using Output = Invocation::Output;

constexpr const char* kLog =
    "2026-01-05T10:00:00+00:00 cedar kernel: Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n"
    "2026-01-05T10:00:01+00:00 cedar systemd[1]: Started ssh.service.\n"
    "2026-01-05T12:00:00+00:00 cedar kernel: reboot: Restarting system\n"
    "2026-01-05T12:00:40+00:00 cedar kernel: Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n";

class Cli : public ::testing::Test {
 protected:
  Cli() : log_(folder_.write("evidence/syslog", kLog)), evidence_(folder_.path() + "/evidence") {}

  Ended examine(std::vector<std::string> more, Invocation invocation = {}) const {
    invocation.arguments = {"examine", evidence_};
    invocation.arguments.insert(invocation.arguments.end(), more.begin(), more.end());
    return run_inquest(invocation);
  }

  TemporaryFolder folder_;
  std::string log_;
  std::string evidence_;
};

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  const std::string help = run_inquest({"--help"}).out;
  bool among_commands = false;
  for (const std::string_view line : lines(help)) {
    if (!line.starts_with(' ') && !line.empty()) among_commands = line == "Commands";
    if (!among_commands || !line.starts_with("  ") || line.starts_with("   ")) continue;
    const std::string name(split_blanks(line)[0]);
    if (name != "help") names.push_back(name);
  }
  return names;
}

// "--output" and the like, as a command's help names them.
std::vector<std::string> option_names(const std::string& help) {
  std::vector<std::string> names;
  for (const std::string_view line : lines(help)) {
    if (!line.starts_with("  -")) continue;
    for (const std::string_view word : split_blanks(line)) {
      if (word.starts_with("--") && word.size() > 2) names.emplace_back(word.substr(0, word.find(',')));
    }
  }
  return names;
}

TEST_F(Cli, NamesTheMistakeAndWhereTheHelpIs) {
  const struct {
    std::vector<std::string> arguments;
    std::vector<std::string> says;
  } cases[] = {
      {{"exmaine"}, {"there is no command \"exmaine\"; did you mean examine?", "see 'inquest --help'"}},
      {{"frobnicate"}, {"there is no command \"frobnicate\"\n"}},
      {{"help", "exmaine"}, {"there is no command \"exmaine\"; did you mean examine?"}},
      {{"--frob"}, {"there is no option --frob"}},
      {{"examine"}, {"no evidence given", "see 'inquest examine --help'"}},
      {{"examine", ""}, {"an empty argument names no evidence"}},
      {{"examine", "x", "--fromat", "json"}, {"there is no option --fromat; did you mean --format?"}},
      {{"examine", "x", "--fromat=json"}, {"there is no option --fromat; did you mean --format?"}},
      {{"examine", "x", "--format", "pdf"}, {"--format: \"pdf\" is none of text, json, markdown and html"}},
      {{"examine", "x", "--format"}, {"--format takes one value"}},
      {{"examine", "x", "--format", "json", "--format", "text"}, {"--format takes one value"}},
      {{"examine", "x", "--color", "green"}, {"--color: \"green\" is none of auto, always and never"}},
      {{"examine", "x", "--tz", "Los_Angeles"}, {"--tz: ", "did you mean America/Los_Angeles?"}},
      {{"examine", "x", "--tz", "Middle/Earth"}, {"--tz: no time zone is called \"Middle/Earth\""}},
      {{"examine", "x", "--at", "yesterday"}, {"--at: \"yesterday\" is no time", "2026-02-09T15:55:00Z"}},
      {{"examine", "x", "--at", "2026-02-09 07:55:00"}, {"--at: ", "names no zone; end it in Z or give --tz"}},
      {{"formats", "--", "-x"}, {"unexpected argument \"-x\""}},
      {{"formats", "syslog"}, {"unexpected argument \"syslog\"", "see 'inquest formats --help'"}},
      {{"examine", "x", "--tz", "\x1b[31mred"}, {"--tz: no time zone is called \"red\""}},
  };
  for (const auto& [arguments, says] : cases) {
    const Ended ended = run_inquest(arguments);
    EXPECT_EQ(ended.status, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, AllOf(StartsWith("inquest: "), Not(HasSubstr("\x1b"))));
    for (const std::string& part : says) EXPECT_THAT(ended.err, HasSubstr(part));
  }
}

TEST_F(Cli, ShowsAShortUsageWithoutArguments) {
  const Ended ended = run_inquest(std::vector<std::string>());
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err,
              AllOf(StartsWith("usage: inquest COMMAND"), HasSubstr("examine"), HasSubstr("inquest --help")));
  EXPECT_LE(lines(ended.err).size(), 24U);
}

TEST_F(Cli, SaysItsVersion) {
  for (const char* option : {"--version", "-V"}) {
    const Ended ended = run_inquest({option});
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.out, ::testing::MatchesRegex("inquest [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(Cli, HelpsWithEveryCommandInEightyColumns) {
  const std::vector<std::string> names = command_names();
  EXPECT_THAT(names, ::testing::Contains("examine"));
  for (const std::string& name : names) {
    const Ended help = run_inquest({name, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, AllOf(StartsWith("inquest " + name), HasSubstr("Usage\n"), HasSubstr("--help")));
    for (const std::string_view line : lines(help.out)) EXPECT_LE(columns(line), 80U) << line;
    EXPECT_EQ(run_inquest({"help", name}).out, help.out);
  }
  EXPECT_THAT(run_inquest({"examine", "--help"}).out, HasSubstr("Examples\n"));
  const Ended help = run_inquest({"--help"});
  for (const std::string_view line : lines(help.out)) EXPECT_LE(columns(line), 80U) << line;
  EXPECT_EQ(run_inquest({"help"}).out, help.out);
  EXPECT_EQ(run_inquest({"-h"}).out, help.out);
}

TEST_F(Cli, HasEveryCommandAndOptionInItsManualAndItsDocumentation) {
  const Ended manual = run_inquest({"--man-page"});
  EXPECT_EQ(manual.status, 0);
  EXPECT_THAT(manual.out, StartsWith(".TH INQUEST 1 "));
  const std::string documentation = testing::read_file(INQUEST_SOURCE_DIR "/docs/commands.md");
  for (const std::string& name : command_names()) {
    EXPECT_THAT(manual.out, HasSubstr(".SS inquest " + name + " "));
    EXPECT_THAT(documentation, HasSubstr("## inquest " + name + "\n"));
    for (std::string option : option_names(run_inquest({name, "--help"}).out)) {
      EXPECT_THAT(documentation, HasSubstr("`" + option)) << name;
      for (size_t at = option.find('-'); at != std::string::npos; at = option.find('-', at + 2))
        option.insert(at, "\\");
      EXPECT_THAT(manual.out, HasSubstr(option)) << name;
    }
  }
}

TEST_F(Cli, ListsTheFormats) {
  const Ended ended = run_inquest({"formats"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("syslog"), HasSubstr("RFC 5424")));
}

TEST_F(Cli, ReportsInEveryFormatOnStandardOutput) {
  const struct {
    const char* format;
    const char* begins;
  } cases[] = {{"text", "No death found\n"},
               {"json", "{\n  \"schema\": 1,\n"},
               {"markdown", "# No death found\n"},
               {"html", "<!DOCTYPE html>\n"}};
  for (const auto& [format, begins] : cases) {
    const Ended ended = examine({"--format", format});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.out, StartsWith(begins));
    EXPECT_EQ(ended.err, "");
  }
  EXPECT_EQ(examine({}).out, examine({"--format=text"}).out);
}

TEST_F(Cli, ReadsStandardInput) {
  Invocation invocation;
  invocation.arguments = {"examine", "-", "--format", "json"};
  invocation.input = kLog;
  const Ended ended = run_inquest(invocation);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("\"path\": \"standard input\""), HasSubstr("\"status\": \"clean\"")));
}

TEST_F(Cli, StillReportsWhereNothingCouldBeRead) {
  const Ended ended = run_inquest({"examine", folder_.path() + "/gone.log", "--format", "json"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("inquest: " + folder_.path() + "/gone.log: "),
                               HasSubstr("nothing in the evidence could be read")));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("\"status\": \"refused\""), HasSubstr("\"incidents\": []")));
}

TEST_F(Cli, ExaminesTheRestWhereOnePieceIsMissing) {
  const Ended ended = examine({folder_.path() + "/gone.log"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("gone.log: "));
  EXPECT_THAT(ended.out, HasSubstr("1 clean, 1 refused"));
}

TEST_F(Cli, TakesAnyNameOfAFile) {
  for (const char* name : {"[a,b]", "with blank", "ä", "-dash", "{x}", "a=b", "%s"}) {
    folder_.write(name, kLog);
    Invocation invocation;
    invocation.folder = folder_.path();
    invocation.arguments = {"examine", "--format", "json", "--", name};
    const Ended ended = run_inquest(invocation);
    EXPECT_EQ(ended.status, 0) << name << ": " << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(std::string("\"path\": \"") + name + "\"")) << name;
  }
}

TEST_F(Cli, ShowsNoEscapeSequenceOutOfAName) {
  const std::string name = "\x1b[2Jgone\x1b]0;title\x07";
  for (const char* format : {"text", "json", "markdown"}) {
    const Ended ended = run_inquest({"examine", name, "--format", format});
    EXPECT_EQ(ended.status, 3);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("gone"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
    EXPECT_THAT(ended.out, AllOf(HasSubstr("gone"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
  }
}

TEST_F(Cli, IsColouredOnATerminalOnly) {
  if (!has_terminals()) GTEST_SKIP() << "this machine gives no terminal (no /dev/pts?)";
  const auto coloured = [&](std::vector<std::string> options, Output output,
                            std::map<std::string, std::string> environment) {
    Invocation invocation;
    invocation.output = output;
    invocation.environment = std::move(environment);
    const Ended ended = examine(std::move(options), invocation);
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.out, HasSubstr("evidence"));
    return ended.out.find('\x1b') != std::string::npos;
  };
  EXPECT_TRUE(coloured({}, Output::Terminal, {{"TERM", "xterm"}}));
  EXPECT_FALSE(coloured({}, Output::Pipe, {{"TERM", "xterm"}}));
  EXPECT_FALSE(coloured({}, Output::Terminal, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}));
  EXPECT_FALSE(coloured({}, Output::Terminal, {{"TERM", "dumb"}}));
  EXPECT_FALSE(coloured({"--color=never"}, Output::Terminal, {{"TERM", "xterm"}}));
  EXPECT_TRUE(coloured({"--color=always"}, Output::Pipe, {}));
  EXPECT_FALSE(coloured({"--format=json"}, Output::Terminal, {{"TERM", "xterm"}}));
}

TEST_F(Cli, FitsTheTerminalOrColumns) {
  if (!has_terminals()) GTEST_SKIP() << "this machine gives no terminal (no /dev/pts?)";
  const auto widest = [&](Output output, std::map<std::string, std::string> environment) {
    Invocation invocation;
    invocation.output = output;
    invocation.environment = std::move(environment);
    invocation.arguments = {"--help"};
    size_t width = 0;
    const std::string out = run_inquest(invocation).out;
    for (const std::string_view line : lines(out)) width = std::max(width, columns(line));
    return width;
  };
  EXPECT_LE(widest(Output::Pipe, {}), 80U);
  EXPECT_GT(widest(Output::Pipe, {}), 70U);
  EXPECT_LE(widest(Output::Pipe, {{"COLUMNS", "60"}}), 60U);
  EXPECT_GT(widest(Output::Pipe, {{"COLUMNS", "110"}}), 90U);
  EXPECT_GT(widest(Output::Terminal, {{"TERM", "xterm"}}), 85U) << "the test's terminal has 100 columns";
  EXPECT_LE(widest(Output::Terminal, {{"TERM", "xterm"}}), 100U);
  EXPECT_LE(widest(Output::Pipe, {{"COLUMNS", "many"}}), 80U);
}

TEST_F(Cli, IsQuietAboutItsProgressWhereNobodyWaits) {
  if (!has_terminals()) GTEST_SKIP() << "this machine gives no terminal (no /dev/pts?)";
  Invocation invocation;
  invocation.output = Output::Terminal;
  invocation.error_terminal = true;
  invocation.environment = {{"TERM", "xterm"}};
  EXPECT_EQ(examine({}, invocation).err, "");
}

TEST_F(Cli, ShowsItsProgressOnATerminalAfterASecondAndErasesIt) {
  if (!has_terminals()) GTEST_SKIP() << "this machine gives no terminal (no /dev/pts?)";
  Invocation invocation;
  invocation.arguments = {"examine", "-", "\x1b[31mgone"};
  invocation.input = kLog;
  invocation.late_input = kLog;
  invocation.error_terminal = true;
  invocation.environment = {{"TERM", "xterm"}};
  const Ended waited = run_inquest(invocation);
  EXPECT_EQ(waited.status, 0);
  EXPECT_THAT(waited.err,
              AllOf(HasSubstr("B/s: standard input"), HasSubstr("\r\x1b[Kinquest: "), Not(HasSubstr("\x1b[31m"))));
  EXPECT_THAT(waited.out, Not(HasSubstr("B/s")));
  invocation.error_terminal = false;
  EXPECT_THAT(run_inquest(invocation).err, StartsWith("inquest: "));
}

TEST_F(Cli, EndsQuietlyWhenItsReaderIsGone) {
  Invocation invocation;
  invocation.output = Output::ClosedPipe;
  const Ended ended = examine({}, invocation);
  EXPECT_EQ(ended.signal, SIGPIPE);
  EXPECT_EQ(ended.err, "");
}

TEST_F(Cli, SaysThatItsResultsCouldNotBeWritten) {
  Invocation full;
  full.output = Output::Full;
  Invocation closed;
  closed.output = Output::Closed;
  for (const Invocation& invocation : {full, closed}) {
    const Ended ended = examine({}, invocation);
    EXPECT_EQ(ended.status, 4);
    EXPECT_THAT(ended.err, HasSubstr("inquest: cannot write: "));
    Invocation version = invocation;
    version.arguments = {"--version"};
    EXPECT_EQ(run_inquest(version).status, 4);
  }
}

TEST_F(Cli, WritesItsReportToAFile) {
  const std::string file = folder_.path() + "/report.json";
  const Ended ended = examine({"--format", "json", "--output", file});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(testing::read_file(file), examine({"--format", "json"}).out);
  EXPECT_THAT(folder_.names(), ElementsAre("evidence", "report.json"));
}

TEST_F(Cli, ReplacesAnOldReportAndKeepsItsMode) {
  const std::string file = folder_.write("report.txt", "an old report");
  using std::filesystem::perms;
  const perms mode = perms::owner_read | perms::owner_write | perms::group_read;
  std::filesystem::permissions(file, mode);
  std::filesystem::create_symlink("report.txt", folder_.path() + "/link");
  EXPECT_EQ(examine({"-o", folder_.path() + "/link"}).status, 0);
  EXPECT_THAT(testing::read_file(file), StartsWith("No death found"));
  EXPECT_EQ(std::filesystem::status(file).permissions(), mode);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.path() + "/link"));
}

TEST_F(Cli, NeverWritesOverEvidence) {
  std::filesystem::create_symlink(log_, folder_.path() + "/link");
  for (const std::string& target : {log_, evidence_ + "/../evidence/syslog", folder_.path() + "/link"}) {
    for (const std::string& source : {evidence_, log_}) {
      const Ended ended = run_inquest({"examine", source, "--output", target});
      EXPECT_EQ(ended.status, 2);
      EXPECT_THAT(ended.err, AllOf(HasSubstr("--output: "), HasSubstr("is evidence")));
      EXPECT_EQ(testing::read_file(log_), kLog);
    }
  }
}

TEST_F(Cli, LeavesNothingBehindWhereAFileCannotBeWritten) {
  for (const std::string& file :
       {folder_.path() + "/no/such/folder/report", std::string("/dev/full"), folder_.path()}) {
    const Ended ended = examine({"--output", file});
    EXPECT_EQ(ended.status, 4) << file;
    EXPECT_THAT(ended.err, HasSubstr("inquest: " + file + ": cannot "));
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_THAT(folder_.names(), ElementsAre("evidence"));
}

TEST_F(Cli, GivesTheSameAnswerTwice) { EXPECT_EQ(examine({"--all"}).out, examine({"--all"}).out); }

}  // namespace
}  // namespace inquest
