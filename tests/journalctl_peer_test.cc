// The journal's own tools as peers: entries that go into a journal with systemd-journal-remote and come out of
// journalctl in each of its forms must be the same events as those that went in.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRemote = "/lib/systemd/systemd-journal-remote";
constexpr std::string_view kFirstBoot = "4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c";
constexpr std::string_view kSecondBoot = "9f0a1b2c4c1f2a9b7d3e4f5a8b6c7d8e";
constexpr Ns kHalfMinute = 30 * kSecond;

struct Entry {
  std::string_view boot;
  Ns monotonic;
  std::string_view ident;
  std::string_view transport;
  char priority;
  std::string_view message;
};

// Each boot's clock starts where these entries' realtime and monotonic stamps agree: 2026-02-09T15:54:49Z, and 61 s
// later.
constexpr Ns kStart = 1'770'652'489 * kSecond;
constexpr std::array kEntries = {
    Entry{kFirstBoot, 1'000'001'000, "kernel", "kernel", '5', "Linux version 6.17.9-1-pve (build@proxmox)"},
    Entry{kFirstBoot, 18'310'448'000, "corosync", "journal", '6', "  [KNET  ] host: host: 1 has no active links"},
    Entry{kFirstBoot, 19'000'002'000, "app", "syslog", '3', "first line\nsecond line\n\n  indented: line"},
    Entry{kFirstBoot, 19'500'003'000, "app", "syslog", '4', "quote \" backslash \\ tab\tend \xC3\xA9"},
    Entry{kFirstBoot, 19'500'004'000, "Web Content", "syslog", '7', "a: b [c]: d"},
    Entry{kFirstBoot, 19'500'005'000, "app", "syslog", '3', "not text: \x01\x02\xFF."},
    Entry{kFirstBoot, 19'999'999'000, "app", "syslog", '0', ""},
    Entry{kSecondBoot, 500'000'000, "systemd-journald", "driver", '6', "Journal started"},
};

Ns start_of(std::string_view boot) { return boot == kFirstBoot ? kStart : kStart + 2 * kHalfMinute + kSecond; }

std::string export_of(const Entry& entry) {
  std::string out = fmt::format(
      "__REALTIME_TIMESTAMP={}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID={}\n_HOSTNAME=node-b\nSYSLOG_IDENTIFIER={}\n"
      "_TRANSPORT={}\nPRIORITY={}\n_PID=77\n_SYSTEMD_UNIT=some.service\n",
      (start_of(entry.boot) + entry.monotonic) / kMicro, entry.monotonic / kMicro, entry.boot, entry.ident,
      entry.transport, entry.priority);
  if (entry.message.empty()) return out + "MESSAGE=\n\n";  // systemd-journal-remote 252 drops binary ones without bytes
  out += "MESSAGE\n";
  for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(uint64_t{entry.message.size()} >> shift);
  return out + std::string(entry.message) + "\n\n";
}

// What a command prints.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string out;
  std::array<char, 4096> piece{};
  for (size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) != 0;) out.append(piece.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return out;
}

// A journal file with the entries, made once.
class JournalctlPeer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!fs::exists(kRemote)) return;
    folder_ = fs::temp_directory_path() / fmt::format("inquest-journalctl-peer-{}", getpid());
    fs::create_directories(folder_);
    std::ofstream in(folder_ / "in.export", std::ios::binary);
    for (const Entry& entry : kEntries) in << export_of(entry);
    in.close();
    const std::string said =
        output_of(fmt::format("{} -o {} {} 2>&1", kRemote, journal(), (folder_ / "in.export").string()));
    ASSERT_TRUE(fs::exists(journal())) << said;
  }
  static void TearDownTestSuite() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  void SetUp() override {
    if (!fs::exists(kRemote)) GTEST_SKIP() << kRemote << " is not installed (Debian: systemd-journal-remote)";
  }

  static std::string journal() { return (folder_ / "peer.journal").string(); }

  // What journalctl prints, decoded by whoever claims it.
  static model::Case decode(const std::string& options, std::string_view kind, const char* zone) {
    const std::string text = output_of(
        fmt::format("TZ={} LC_ALL=C.UTF-8 journalctl --file={} --no-pager --all {}", zone, journal(), options));
    const decode::Decoder* decoder = decode::choose(head_of(text, "output"));
    EXPECT_NE(decoder, nullptr) << text;
    if (decoder == nullptr) return {};
    EXPECT_EQ(decoder->name, kind) << options;
    return decode_with(*decoder, text, "output");
  }

 private:
  static inline fs::path folder_;
};

// journalctl indents the lines of a message to its first one's column; the record tells which that is.
std::string without_indent(const std::string& message, size_t column) {
  std::string out;
  for (size_t at = 0; at < message.size(); ++at) {
    out += message[at];
    if (message[at] == '\n' && message.compare(at + 1, column, std::string(column, ' ')) == 0) at += column;
  }
  return out;
}

struct Form {
  std::string_view output;
  std::string_view kind;
  Ns precision;
  model::ClockDomain in_pst;  // the clock of its stamps when local time is not UTC
  bool severity;
};

constexpr std::array kForms = {
    Form{"short", "journalctl", kSecond, model::ClockDomain::LocalWall, false},
    Form{"short-precise", "journalctl", kMicro, model::ClockDomain::LocalWall, false},
    Form{"short-iso", "journalctl", kSecond, model::ClockDomain::Utc, false},
    Form{"short-iso-precise", "journalctl", kMicro, model::ClockDomain::Utc, false},
    Form{"short-full", "journalctl", kSecond, model::ClockDomain::LocalWall, false},
    Form{"short-monotonic", "journalctl", kMicro, model::ClockDomain::Monotonic, false},
    Form{"short-delta", "journalctl", kMicro, model::ClockDomain::Monotonic, false},
    Form{"short-unix", "journalctl", kMicro, model::ClockDomain::Utc, false},
    Form{"json", "journal_json", kMicro, model::ClockDomain::Utc, true},
    Form{"json-pretty", "journal_json", kMicro, model::ClockDomain::Utc, true},
    Form{"json-seq", "journal_json", kMicro, model::ClockDomain::Utc, true},
    Form{"json-sse", "journal_json", kMicro, model::ClockDomain::Utc, true},
    Form{"export", "journal_export", kMicro, model::ClockDomain::Utc, true},
};

// The raw time that the entry's stamp has on that stream.
Ns raw_time(const Entry& entry, const model::Stream& stream, Ns precision, Ns offset) {
  Ns time = start_of(entry.boot) + entry.monotonic;
  if (stream.clock == model::ClockDomain::Monotonic) time = entry.monotonic;
  if (stream.clock == model::ClockDomain::LocalWall) time += offset;
  time -= time % precision;
  if (!stream.yearless) return time;
  Civil civil = to_civil(time);
  civil.year = 2000;
  return from_civil(civil).value_or(0);
}

TEST_F(JournalctlPeer, EveryFormGivesTheSameEvents) {
  struct LocalTime {
    const char* zone;
    Ns offset;
  };
  for (const LocalTime& local : {LocalTime{"UTC", 0}, LocalTime{"America/Los_Angeles", -8 * kHour}}) {
    for (const Form& form : kForms) {
      SCOPED_TRACE(fmt::format("-o {} in {}", form.output, local.zone));
      const model::Case c = decode(fmt::format("-o {}", form.output), form.kind, local.zone);
      ASSERT_EQ(c.events.size(), kEntries.size());
      EXPECT_TRUE(c.evidence[0].diagnostics.empty()) << c.evidence[0].diagnostics.front().message;
      EXPECT_EQ(c.streams.size(), 2U);
      for (size_t i = 0; i < kEntries.size(); ++i) {
        const Entry& entry = kEntries[i];
        const model::Event& event = c.events[i];
        const model::Stream& stream = c.streams[event.stream];
        if (local.offset != 0) {
          EXPECT_EQ(stream.clock, form.in_pst);
        }
        EXPECT_EQ(event.time, raw_time(entry, stream, form.precision, local.offset)) << i;
        EXPECT_EQ(unit(stream.precision), form.precision);
        EXPECT_EQ(c.str(c.host_of(event)), "node-b");
        EXPECT_EQ(c.str(event.ident), entry.ident);
        EXPECT_EQ(without_indent(c.message(i), event.text_at), entry.message);
        if (form.severity) {
          EXPECT_EQ(static_cast<int>(event.severity), entry.priority - '0');
        }
        if (stream.boot_id != 0) {
          EXPECT_EQ(c.str(stream.boot_id), entry.boot);
        }
      }
      EXPECT_EQ(c.str(c.streams[1].boot_id), kSecondBoot);
    }
  }
}

TEST_F(JournalctlPeer, UnitsAreTakenForPrograms) {
  const model::Case c = decode("-o with-unit", "journalctl", "UTC");
  ASSERT_EQ(c.events.size(), kEntries.size());
  for (size_t i = 0; i < c.events.size(); ++i) EXPECT_EQ(c.str(c.events[i].ident), "some");
}

TEST_F(JournalctlPeer, BothMachineFormsTellWhenTheBootsStarted) {
  for (const std::string_view form : {"json", "export"}) {
    const model::Case c = decode(fmt::format("-o {}", form), fmt::format("journal_{}", form), "UTC");
    ASSERT_EQ(c.facts.size(), 2U);
    for (size_t i = 0; i < 2; ++i) {
      const std::string_view boot = i == 0 ? kFirstBoot : kSecondBoot;
      EXPECT_EQ(c.facts[i].key, fmt::format("boot.start.{}", boot));
      EXPECT_EQ(c.facts[i].value, std::to_string(start_of(boot)));
    }
  }
}

TEST_F(JournalctlPeer, BothListsOfBootsGiveTheSameClaims) {
  for (const std::string_view options : {"--list-boots", "--list-boots -o json", "--list-boots -o json-pretty"}) {
    for (const char* zone : {"UTC", "America/Los_Angeles"}) {
      SCOPED_TRACE(fmt::format("{} in {}", options, zone));
      const model::Case c = decode(std::string(options), "list_boots", zone);
      ASSERT_EQ(c.boot_claims.size(), 2U);
      for (const model::BootClaim& claim : c.boot_claims) {
        const model::Stream& stream = c.streams[claim.stream];
        const Entry* first = nullptr;
        const Entry* last = nullptr;
        for (const Entry& entry : kEntries) {
          if (entry.boot != c.str(claim.boot_id)) continue;
          if (first == nullptr) first = &entry;
          last = &entry;
        }
        ASSERT_NE(first, nullptr);
        EXPECT_EQ(claim.first, raw_time(*first, stream, unit(stream.precision), -8 * kHour));
        EXPECT_EQ(claim.last, raw_time(*last, stream, unit(stream.precision), -8 * kHour));
      }
    }
  }
}

}  // namespace
}  // namespace inquest::testing
