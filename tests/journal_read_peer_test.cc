// journalctl as a peer of `inquest journal`: on files that systemd-journal-remote wrote, in each of its formats, both
// print the same, byte for byte.

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace inquest::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRemote = "/lib/systemd/systemd-journal-remote";

// Empty where the command failed, which journalctl does where nothing matches.
std::string output_of(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string out;
  std::array<char, 4096> piece{};
  for (size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) != 0;) out.append(piece.data(), got);
  (void)pclose(pipe);
  return out;
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += '\n';
  for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(uint64_t{value.size()} >> shift & 0xFF);
  out += value;
  out += '\n';
}

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
    out += fmt::format("__REALTIME_TIMESTAMP={}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID={:032x}\n", start + uptime, uptime,
                       boot + 0xabc);
    out += fmt::format("_HOSTNAME=node-b\nPRIORITY={}\n_TRANSPORT={}\nSYSLOG_IDENTIFIER=p{}\n_PID={}\n", i % 8,
                       i % 3 == 0 ? "kernel" : "syslog", i % 4, 70 + i % 5);
    out += fmt::format("_SYSTEMD_UNIT=u{}.service\nREPEATED=1\nREPEATED={}\n", i % 3, i);
    if (i % 5 == 0) out += fmt::format("_SOURCE_REALTIME_TIMESTAMP={}\n", start + uptime - 77);
    add_field(out, "MESSAGE", messages[i % messages.size()] + (i % 2 == 0 ? "" : fmt::format(" {}", i)));
    out += '\n';
  }
  return out;
}

class JournalReadPeer : public ::testing::TestWithParam<std::tuple<int, int, std::string>> {};

TEST_P(JournalReadPeer, PrintsTheSame) {
  if (!fs::exists(kRemote) || output_of("journalctl --version").find("systemd 252") == std::string::npos)
    GTEST_SKIP() << "systemd-journal-remote or journalctl 252 is not installed";
  const auto& [compact, keyed, compression] = GetParam();
  const TempFolder folder;
  const std::string input = folder.write("input", export_stream());
  fs::create_directory(folder.path("j"));
  output_of(
      fmt::format("SYSTEMD_JOURNAL_COMPACT={} SYSTEMD_JOURNAL_KEYED_HASH={} SYSTEMD_JOURNAL_COMPRESS={} {} "
                  "--split-mode=none -o {}/j/system.journal {} 2>/dev/null",
                  compact, keyed, compression, kRemote, folder.path(), input));
  for (const std::string_view options : {
           "-o short",
           "-o short-iso",
           "-o short-precise",
           "-o short-full",
           "-o short-monotonic",
           "-o export",
           "-o cat",
           "-o json",
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
    std::string theirs =
        output_of(fmt::format("set -f; TZ=UTC journalctl --no-pager -D {}/j {} 2>/dev/null", folder.path(),
                              options.starts_with("-k -b all") ? "_TRANSPORT=kernel" : options));
    std::vector<std::string> arguments = {"journal", folder.path("j")};
    for (const std::string_view word : split_blanks(options)) arguments.emplace_back(word);
    std::string ours = run_inquest(arguments).out;
    EXPECT_FALSE(theirs.empty()) << options;
    if (options == "-o json") {
      // The order of journalctl's fields is random: the same bytes in each line must do.
      std::ranges::sort(theirs);
      std::ranges::sort(ours);
    }
    EXPECT_TRUE(ours == theirs) << options << "\nours:\n"
                                << ours.substr(0, 600) << "\ntheirs:\n"
                                << theirs.substr(0, 600);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, JournalReadPeer,
                         ::testing::Values(std::tuple(1, 1, "ZSTD"), std::tuple(0, 1, "LZ4"), std::tuple(0, 0, "XZ"),
                                           std::tuple(1, 0, "0")));

}  // namespace
}  // namespace inquest::testing
