// journalctl as a peer of `inquest journal`: on files that systemd-journal-remote wrote, in each of its formats, both
// print the same, byte for byte; of JSON, field by field.

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "support/journal_remote.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;

// Three boots, of which the second has a wrong clock; messages of every kind.
std::string export_stream() {
  const std::array<std::string, 7> messages = {
      "plain words",
      "first line\nsecond line\n\n  indented",
      "quote \" backslash \\ tab\tend \xC3\xA9",
      "not text: \x01\xFF",
      "\x1B[1mbold\x1B[0m\r",
      std::string(6000, 'x'),
      "Oops: number",
  };
  std::string out;
  for (uint64_t i = 0; i < 300; ++i) {
    const uint64_t boot = i / 100;
    const uint64_t start = 1'770'652'489'000'000 + (boot == 1 ? 1'000'000'000 : boot * 3'000'000'000);
    const uint64_t uptime = (i % 100 + 1) * 1'000'123;
    ExportEntry entry(start + uptime, uptime, boot + 0xabc);
    entry.with("_HOSTNAME", "node-b").with("PRIORITY", std::to_string(i % 8));
    entry.with("_TRANSPORT", i % 3 == 0 ? "kernel" : "syslog").with("SYSLOG_IDENTIFIER", fmt::format("p{}", i % 4));
    entry.with("_PID", std::to_string(70 + i % 5)).with("_SYSTEMD_UNIT", fmt::format("u{}.service", i % 3));
    entry.with("REPEATED", "1").with("REPEATED", std::to_string(i));
    if (i % 5 == 0) entry.with("_SOURCE_REALTIME_TIMESTAMP", std::to_string(start + uptime - 77));
    if (i % 11 == 0) entry.with("BLOB", std::string("\x00\x01\n\xFE=", 5)).with("BLOB", "as text");
    if (i % 13 == 0) entry.with("EMPTY", "");
    entry.with("MESSAGE", messages[i % messages.size()] + (i % 2 == 0 ? "" : fmt::format(" {}", i)));
    out += entry.text();
  }
  return out;
}

class JournalReadPeer : public ::testing::TestWithParam<JournalFormat> {};

TEST_P(JournalReadPeer, PrintsTheSame) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("j"), export_stream(), GetParam());
  for (const std::string_view options : {
           "-o short",
           "-o short-iso",
           "-o short-precise",
           "-o short-full",
           "-o short-monotonic",
           "-o export",
           "-o cat",
           "-k -b all",
           "-k -b -1",
           "-b 1 -r",
           "-n 7",
           "-r -n 12",
           "-u u1",
           "-u u*",
           "-t p1 -t p2 -p err",
           "-g oops",
           "-g Oops -n 3",
           "-g nothing-has-this",
           "PRIORITY=3 + _PID=71",
           "NOSUCH=1",
           "-p 2..4 -o cat",
       }) {
    const std::string theirs =
        output_of(fmt::format("set -f; TZ=UTC journalctl --no-pager -D {}/j {} 2>/dev/null", folder.path(),
                              options.starts_with("-k -b all") ? "_TRANSPORT=kernel" : options));
    std::vector<std::string> arguments = {"journal", folder.path("j")};
    for (const std::string_view word : split_blanks(options)) arguments.emplace_back(word);
    const std::string ours = run_inquest(arguments).out;
    EXPECT_FALSE(theirs.empty()) << options;
    EXPECT_TRUE(ours == theirs) << options << "\nours:\n"
                                << ours.substr(0, 600) << "\ntheirs:\n"
                                << theirs.substr(0, 600);
  }
}

// Entries of `-o json` in their order, each field with its value: text, null, numbers, or a list of these. The order of
// journalctl's fields is random, and so is that of a field's several values.
std::vector<Json> entries_of(const std::string& text) {
  std::vector<Json> out;
  for (const std::string_view line : lines(text)) {
    Json entry = Json::parse(line, nullptr, false);
    EXPECT_TRUE(entry.is_object()) << line.substr(0, 400);
    if (!entry.is_object()) continue;
    for (auto& [name, value] : entry.items()) {
      const bool several = value.is_array() && !value.empty() && !value.front().is_number();
      if (several) std::sort(value.begin(), value.end());
    }
    out.push_back(std::move(entry));
  }
  return out;
}

void expect_equal_fields(const std::string& folder, std::string_view what) {
  const auto theirs =
      entries_of(output_of(fmt::format("journalctl --no-pager -D {} -o json {} 2>/dev/null", folder, what)));
  std::vector<std::string> arguments = {"journal", folder, "-o", "json"};
  for (const std::string_view word : split_blanks(what)) arguments.emplace_back(word);
  const auto ours = entries_of(run_inquest(arguments).out);
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(ours[i], theirs[i]) << "entry " << i;
}

TEST_P(JournalReadPeer, SaysTheSameOfEachFieldInJson) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  write_journal(folder.path("j"), export_stream(), GetParam());
  expect_equal_fields(folder.path("j"), "");
}

INSTANTIATE_TEST_SUITE_P(Of, JournalReadPeer,
                         ::testing::Values(JournalFormat{true, true, "ZSTD"}, JournalFormat{false, true, "LZ4"},
                                           JournalFormat{false, false, "XZ"}, JournalFormat{true, false, "0"}));

// A copy, since journald may write while both read.
TEST(OwnJournal, HasTheSameFieldsAsForJournalctl) {
  constexpr std::string_view kFolder = "/var/log/journal";
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  (void)output_of(fmt::format("cp -r {} {} 2>/dev/null", kFolder, folder.path("j")));
  if (output_of(fmt::format("journalctl -q --no-pager -D {} -n 1 2>/dev/null", folder.path("j"))).empty())
    GTEST_SKIP() << "this machine keeps no journal in " << kFolder;
  expect_equal_fields(folder.path("j"), "-n 5000");
}

// journald itself, in a mount namespace of its own, hears what programs say in each of the ways that it takes.
TEST(OwnJournal, HasTheSameFieldsWhereJournaldWroteThem) {
  if (!has_journal_tools()) GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const TempFolder folder;
  std::ofstream(folder.path("script")) << fmt::format(R"(
    mount -t tmpfs none /run && mkdir -p /run/systemd/journal || exit 0
    /lib/systemd/systemd-journald 2>/dev/null &
    journald=$!
    until [ -S /run/systemd/journal/stdout ] && [ -S /run/systemd/journal/dev-log ]; do
      kill -0 $journald 2>/dev/null || exit 0
      sleep 0.1
    done
    logger -u /run/systemd/journal/dev-log -p daemon.err -t teller 'over /dev/log'
    printf 'MESSAGE=two\nlines\nPRIORITY=4\nCODE_LINE=17\nOWN=a\nOWN=b\n' | logger --journald
    printf 'MESSAGE=the last\n' | logger --journald
    for _ in $(seq 300); do
      journalctl -q --no-pager -D /run/log/journal -o cat 2>/dev/null | grep -q '^the last' && break
      sleep 0.1
    done
    kill $journald
    wait $journald
    cp -r /run/log/journal {}/j
  )",
                                                      folder.path());
  (void)output_of(fmt::format("unshare -m sh {} 2>/dev/null", folder.path("script")));
  const std::string said =
      output_of(fmt::format("journalctl -q --no-pager -D {} -t teller -o cat 2>/dev/null", folder.path("j")));
  if (said.empty()) GTEST_SKIP() << "systemd-journald cannot be run in a mount namespace of its own here";
  expect_equal_fields(folder.path("j"), "");
}

}  // namespace
}  // namespace inquest::testing
