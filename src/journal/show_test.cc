#include "journal/show.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/boot_list.h"
#include "journal/boot_table.h"
#include "journal/damage_report.h"
#include "journal/folder.h"
#include "journal/scan.h"
#include "journal/unit_names.h"
#include "support/journal_builder.h"
#include "support/temp_folder.h"

namespace inquest::journal {
namespace {

using testing::JournalBuilder;
using testing::JournalEntrySpec;

constexpr uint64_t kStart = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr uint64_t kSecondUs = 1'000'000;

JournalEntrySpec entry(uint64_t second, uint64_t boot, std::string message, std::vector<std::string> more = {}) {
  JournalEntrySpec spec{kStart + second * kSecondUs, second * kSecondUs + 1, boot, std::move(more)};
  spec.fields.push_back("MESSAGE=" + std::move(message));
  return spec;
}

// Two boots, entries 0 to 19 and 20 to 39; every third one is of the kernel.
std::string two_boots(const JournalBuilder::Options& options = {}) {
  JournalBuilder builder(options);
  for (uint64_t i = 0; i < 40; ++i) {
    builder.add(entry(i, 1 + i / 20, fmt::format("number {} {}", i, std::string(i, 'x')),
                      {i % 3 == 0 ? "_TRANSPORT=kernel" : "_TRANSPORT=syslog", "SYSLOG_IDENTIFIER=prog",
                       fmt::format("PRIORITY={}", i % 8), fmt::format("_SYSTEMD_UNIT=u{}.service", i % 2)}));
  }
  return builder.finish();
}

class Journals {
 public:
  void add(const std::string& name, std::string_view bytes) {
    auto image = Image::map(folder_.write(name, bytes), residency_);
    ASSERT_TRUE(image);
    files_.push_back(
        std::make_unique<JournalFile>(folder_.path(name), std::move(*image), static_cast<uint32_t>(files_.size())));
  }
  const std::vector<std::unique_ptr<JournalFile>>& files() const { return files_; }
  JournalFile& file(size_t i = 0) { return *files_[i]; }

  std::string show(Query query) {
    std::string out;
    shown = inquest::journal::show(files_, query, [&](std::string_view text) {
      out += text;
      return true;
    });
    return out;
  }
  // The numbers of the messages "number N ...", in order.
  std::vector<int> numbers(Query query = {}) {
    query.mode = OutputMode::Cat;
    query.quiet = true;
    std::vector<int> out;
    const std::string text = show(std::move(query));
    for (size_t at = 0; (at = text.find("number ", at)) != std::string::npos; at += 7)
      out.push_back(std::atoi(text.c_str() + at + 7));
    return out;
  }

  Result<Formatted> shown;

 private:
  TempFolder folder_;
  Residency residency_;
  std::vector<std::unique_ptr<JournalFile>> files_;
};

std::vector<int> from_to(int first, int last) {
  std::vector<int> out;
  for (int i = first; i <= last; ++i) out.push_back(i);
  return out;
}

Match match(std::initializer_list<std::string_view> values) {
  Match out;
  for (const std::string_view value : values) out.add(value);
  return out;
}

class EveryLayout : public ::testing::TestWithParam<std::tuple<bool, bool, uint8_t>> {
 protected:
  JournalBuilder::Options options() const {
    JournalBuilder::Options options;
    options.compact = std::get<0>(GetParam());
    options.keyed = std::get<1>(GetParam());
    options.compression = std::get<2>(GetParam());
    options.compress_from = 30;
    return options;
  }
};

TEST_P(EveryLayout, ShowsAllEntriesInOrder) {
  Journals journals;
  journals.add("a.journal", two_boots(options()));
  EXPECT_EQ(journals.file().damage(), "");
  EXPECT_EQ(journals.numbers(), from_to(0, 39));
  EXPECT_EQ(journals.shown->incomplete, 0U);
  EXPECT_EQ(journals.numbers({.match = match({"_TRANSPORT=kernel"})}),
            (std::vector{0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39}));
}

// Whatever a file's index shows, a scan finds, and the other way round.
TEST_P(EveryLayout, AScanFindsWhatTheIndexShows) {
  std::string bytes = two_boots(options());
  const std::string whole = bytes;
  bytes.replace(0, 264, 264, '\0');
  Journals indexed;
  indexed.add("a.journal", whole);
  Journals scanned;
  scanned.add("a.journal", bytes);
  EXPECT_TRUE(scanned.file().damaged());
  EXPECT_EQ(scanned.file().layout().compact, indexed.file().layout().compact);
  for (const bool reverse : {false, true}) {
    EXPECT_EQ(scanned.numbers({.reverse = reverse}), indexed.numbers({.reverse = reverse}));
    const Query wanted{.match = match({"_TRANSPORT=syslog", "PRIORITY=1", "PRIORITY=4"}), .reverse = reverse};
    EXPECT_EQ(scanned.numbers(wanted), indexed.numbers(wanted));
  }
}

// Of a file that ends early, everything before is shown, and the header says how much is missing.
TEST_P(EveryLayout, KeepsEntriesBeforeATruncatedTail) {
  JournalBuilder builder(options());
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < 40; ++i) offsets.push_back(builder.add(entry(i, 1, fmt::format("number {}", i))));
  const std::string whole = builder.finish();
  for (const int kept : {1, 7, 39}) {
    Journals journals;
    journals.add("a.journal", std::string_view(whole).substr(0, offsets[static_cast<size_t>(kept)] + 20));
    EXPECT_EQ(journals.numbers(), from_to(0, kept - 1)) << kept;
    const auto report = report_damage(journals.file());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->entries, static_cast<uint64_t>(kept));
    EXPECT_EQ(report->lost, static_cast<uint64_t>(40 - kept));
    ASSERT_FALSE(report->losses.empty());
    EXPECT_EQ(report->losses.back().before, kStart + 39 * kSecondUs);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, EveryLayout,
                         ::testing::Combine(::testing::Bool(), ::testing::Bool(),
                                            ::testing::Values(uint8_t{0}, kXz, kLz4, kZstd)));

TEST(Show, GoesOnBehindAHoleAndSaysWhatIsMissing) {
  JournalBuilder builder;
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < 400; ++i) {
    offsets.push_back(builder.add(entry(i, 1, fmt::format("number {}", i), {"_TRANSPORT=kernel"})));
  }
  std::string bytes = builder.finish();
  // From the middle of the entry 100 to that of the entry 120; the data objects between go as well.
  bytes.replace(offsets[100] + 8, offsets[120] - offsets[100], offsets[120] - offsets[100], '\0');
  Journals journals;
  journals.add("a.journal", bytes);
  std::vector<int> expected = from_to(0, 99);
  for (const int i : from_to(121, 399)) expected.push_back(i);
  EXPECT_EQ(journals.numbers(), expected);
  std::ranges::reverse(expected);
  EXPECT_EQ(journals.numbers({.reverse = true}), expected);
  std::ranges::reverse(expected);
  EXPECT_EQ(journals.numbers({.match = match({"_TRANSPORT=kernel"})}), expected);
  const auto report = report_damage(journals.file());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->entries, 379U);
  EXPECT_EQ(report->lost, 21U);
  ASSERT_EQ(report->losses.size(), 1U);
  EXPECT_EQ(report->losses[0].after, kStart + 99 * kSecondUs);
  EXPECT_EQ(report->losses[0].before, kStart + 121 * kSecondUs);
}

// The list that a match goes by is longer than what is left of it.
// A flipped bit in the list of entries points far behind the file's end; what comes next is still to be shown.
TEST(Show, GoesOnBehindTheLastSoundEntryWhereTheListLeadsAstray) {
  for (const bool reverse : {false, true}) {
    std::string bytes = two_boots({.compact = false});
    uint64_t array = load<uint64_t>(bytes.data() + 176);
    for (int i = 0; i < 2; ++i) array = load<uint64_t>(bytes.data() + array + 16);  // of 4 entries, 8, and then 16
    bytes[array + kArrayItems + 3 * 8 + 6] = 1;                                     // entry 15
    Journals journals;
    journals.add("a.journal", bytes);
    ASSERT_FALSE(journals.file().damaged());
    std::vector<int> wanted = from_to(0, 39);
    if (reverse) std::ranges::reverse(wanted);
    EXPECT_EQ(journals.numbers({.reverse = reverse}), wanted);
    EXPECT_TRUE(journals.file().damaged());
  }
}

TEST(Show, NoticesAHoleInAMatchsList) {
  JournalBuilder builder;
  uint64_t last = 0;
  for (uint64_t i = 0; i < 400; ++i)
    last = builder.add(entry(i, 1, fmt::format("number {}", i), {"_TRANSPORT=kernel"}));
  std::string bytes = builder.finish();
  // Arrays follow the entries in these files: some of each are lost.
  const size_t hole = last + 1000;
  bytes.replace(hole, 2000, 2000, '\0');
  Journals journals;
  journals.add("a.journal", bytes);
  EXPECT_EQ(journals.numbers({.match = match({"_TRANSPORT=kernel"})}), from_to(0, 399));
}

TEST(Show, AnObjectOfAWrongSizeTakesNoOtherAlong) {
  JournalBuilder builder;
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < 50; ++i) offsets.push_back(builder.add(entry(i, 1, fmt::format("number {}", i))));
  const uint64_t grown = builder.offset_of("MESSAGE=number 20");
  std::string bytes = builder.finish();
  bytes[grown + 9] = 2;  // 512 bytes more
  bytes[1] = 'X';        // no signature: found by scan
  Journals journals;
  journals.add("a.journal", bytes);
  EXPECT_EQ(journals.file().scanned().size(), 50U);
}

TEST(Show, EntriesWithUnreadableItemsAreShownAndCounted) {
  JournalBuilder builder;
  for (uint64_t i = 0; i < 10; ++i)
    builder.add(entry(i, 1, fmt::format("number {}", i), {fmt::format("SYSLOG_IDENTIFIER=p{}", i)}));
  const uint64_t lost = builder.offset_of("SYSLOG_IDENTIFIER=p4");
  std::string bytes = builder.finish();
  bytes[lost] = 0;
  Journals journals;
  journals.add("a.journal", bytes);
  EXPECT_EQ(journals.numbers(), from_to(0, 9));
  EXPECT_EQ(journals.shown->incomplete, 1U);
}

TEST(Show, LinesAreTheLastOrBehindSinceTheFirst) {
  Journals journals;
  journals.add("a.journal", two_boots());
  EXPECT_EQ(journals.numbers({.lines = 3}), (std::vector{37, 38, 39}));
  EXPECT_EQ(journals.numbers({.lines = 3, .reverse = true}), (std::vector{39, 38, 37}));
  EXPECT_EQ(journals.numbers({.since = kStart + 10 * kSecondUs, .lines = 3}), (std::vector{10, 11, 12}));
  EXPECT_EQ(journals.numbers({.lines = 0}), std::vector<int>());
  EXPECT_EQ(journals.numbers({.lines = 1000}), from_to(0, 39));
}

TEST(Show, TimesBoundBothEnds) {
  Journals journals;
  journals.add("a.journal", two_boots());
  const Query between{.since = kStart + 5 * kSecondUs - 1, .until = kStart + 8 * kSecondUs};
  EXPECT_EQ(journals.numbers(between), from_to(5, 8));
  Query backwards = between;
  backwards.reverse = true;
  EXPECT_EQ(journals.numbers(backwards), (std::vector{8, 7, 6, 5}));
  EXPECT_EQ(journals.numbers({.since = kStart + 100 * kSecondUs}), std::vector<int>());
}

TEST(Show, APatternWithoutCapitalsFindsBothCases) {
  JournalBuilder builder;
  for (const std::string_view text : {"number 0 Oops", "number 1 panic", "number 2", "number 3 PANIC", "number 4 Oops"})
    builder.add(entry(static_cast<uint64_t>(text[7] - '0'), 1, std::string(text)));
  Journals journals;
  journals.add("a.journal", builder.finish());
  EXPECT_EQ(journals.numbers({.pattern = "panic|oops"}), (std::vector{0, 1, 3, 4}));
  EXPECT_EQ(journals.numbers({.pattern = "PANIC"}), std::vector{3});
  EXPECT_EQ(journals.numbers({.match = match({"MESSAGE=number 1 panic"}), .pattern = "panic"}), std::vector{1});
  EXPECT_EQ(journals.numbers({.lines = 1, .pattern = "panic"}), std::vector{3});
  EXPECT_EQ(journals.show({.pattern = "(unclosed"}), "");
  EXPECT_FALSE(journals.shown);
}

TEST(Show, AnnouncesBootsAlsoWhereNothingInThemMatches) {
  JournalBuilder builder;
  for (uint64_t i = 0; i < 4; ++i) builder.add(entry(i, i, i == 0 || i == 3 ? "yes" : "no"));
  Journals journals;
  journals.add("a.journal", builder.finish());
  std::string expected = "yes\n";
  for (const uint64_t boot : {1, 2, 3}) expected += fmt::format("-- Boot {} --\n", JournalBuilder::id_text(boot));
  EXPECT_EQ(journals.show({.pattern = "yes", .mode = OutputMode::Cat}), expected + "yes\n");
  EXPECT_EQ(journals.show({.pattern = "nothing", .mode = OutputMode::Cat}), expected.substr(4) + "-- No entries --\n");
}

TEST(Show, MergesFilesAndGivesCopiesOnce) {
  JournalBuilder whole;
  JournalBuilder part;
  JournalBuilder other({.machine = 8});
  for (uint64_t i = 0; i < 10; ++i) {
    whole.add(entry(2 * i, 1, fmt::format("number {}", 2 * i)));
    if (i < 3) part.add(entry(2 * i, 1, fmt::format("number {}", 2 * i)));
    other.add(entry(2 * i + 1, 2, fmt::format("number {}", 2 * i + 1)));
  }
  Journals journals;
  journals.add("a.journal", whole.finish());
  journals.add("b.journal", part.finish());
  journals.add("c.journal", other.finish());
  EXPECT_EQ(journals.numbers(), from_to(0, 19));
  std::vector<int> backwards = from_to(0, 19);
  std::ranges::reverse(backwards);
  EXPECT_EQ(journals.numbers({.reverse = true}), backwards);
}

TEST(Show, ATerminalGetsNoControls) {
  JournalBuilder builder;
  builder.add(entry(0, 1,
                    "bidi \xE2\x80\xAE"
                    "evil",
                    {"SYSLOG_IDENTIFIER=prog"}));
  Journals journals;
  journals.add("a.journal", builder.finish());
  EXPECT_EQ(journals.show({.safe = true}),
            "Jan 01 00:00:00 prog: bidi \xEF\xBF\xBD"
            "evil\n");
  EXPECT_EQ(journals.show({.safe = false}),
            "Jan 01 00:00:00 prog: bidi \xE2\x80\xAE"
            "evil\n");
}

TEST(Json, GathersRepeatedFieldsAndShortensLargeOnes) {
  JournalBuilder builder;
  builder.add(
      entry(0, 1, "two\nlines \"q\" \\", {"A=1", "B=x", "A=2", "BIN=\x01\xFF", "BIG=" + std::string(5000, 'x')}));
  Journals journals;
  journals.add("a.journal", builder.finish());
  const std::string line = journals.show({.quiet = true, .mode = OutputMode::Json});
  EXPECT_NE(line.find(R"("A":["1","2"],"B":"x","BIN":[1,255],"BIG":null,"MESSAGE":"two\nlines \"q\" \\"})"),
            std::string::npos)
      << line;
}

TEST(Boots, AreOrderedByWhatWasCountedNotByAJumpingClock) {
  JournalBuilder builder;
  builder.add(entry(1000, 1, "first"));
  builder.add(entry(1001, 1, "first"));
  builder.add(entry(10, 2, "the clock was reset"));
  builder.add(entry(2000, 3, "and set again"));
  Journals journals;
  journals.add("a.journal", builder.finish());
  const auto boots = list_boots(journals.files());
  ASSERT_EQ(boots.size(), 3U);
  EXPECT_EQ(boots[0].id.text(), JournalBuilder::id_text(1));
  EXPECT_EQ(boots[0].entries, 2U);
  EXPECT_EQ(boots[1].id.text(), JournalBuilder::id_text(2));
  EXPECT_EQ(boots[1].first.realtime, kStart + 10 * kSecondUs);
  EXPECT_EQ(boots[2].id.text(), JournalBuilder::id_text(3));
}

TEST(Boots, OfADamagedFileAreTheSame) {
  std::string bytes = two_boots();
  bytes[0] = 'X';
  Journals journals;
  journals.add("a.journal", bytes);
  const auto boots = list_boots(journals.files());
  ASSERT_EQ(boots.size(), 2U);
  EXPECT_EQ(boots[1].entries, 20U);
  EXPECT_EQ(boots[1].last.realtime, kStart + 39 * kSecondUs);
}

TEST(Boots, TellHowTheyEnded) {
  struct Case {
    std::string_view program;
    std::string_view message;
    uint8_t state;
    BootEnd end;
  };
  for (const Case& c : {
           Case{"systemd-journald", "Journal stopped", 2, BootEnd::Orderly},
           Case{"systemd", "Reached target shutdown.target - System Shutdown.", 2, BootEnd::Orderly},
           Case{"systemd", "Reached target System Power Off.", 2, BootEnd::Orderly},
           Case{"systemd-shutdown", "Syncing filesystems and block devices.", 2, BootEnd::Orderly},
           Case{"kernel", "Kernel panic - not syncing: Fatal exception", 2, BootEnd::Panic},
           Case{"sshd", "Reached target System Power Off.", 2, BootEnd::Cut},
           Case{"sshd", "session opened", 2, BootEnd::Cut},
           Case{"sshd", "session opened", 1, BootEnd::Open},
       }) {
    JournalBuilder builder({.state = c.state});
    builder.add(entry(0, 1, "some work"));
    builder.add(entry(1, 1, std::string(c.message), {"SYSLOG_IDENTIFIER=" + std::string(c.program)}));
    Journals journals;
    journals.add("a.journal", builder.finish());
    const auto boots = list_boots(journals.files());
    ASSERT_EQ(boots.size(), 1U);
    EXPECT_EQ(find_end(journals.files(), boots[0]), c.end) << c.message;
  }
}

TEST(Boots, AreATable) {
  Journals journals;
  journals.add("a.journal", two_boots());
  auto boots = list_boots(journals.files());
  EXPECT_EQ(boots_as_table(boots, Zone()),
            fmt::format("IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY                  "
                        "ENDED\n"
                        " -1 {} Thu 2026-01-01 00:00:00 UTC Thu 2026-01-01 00:00:19 UTC cut\n"
                        "  0 {} Thu 2026-01-01 00:00:20 UTC Thu 2026-01-01 00:00:39 UTC cut\n",
                        JournalBuilder::id_text(1), JournalBuilder::id_text(2)));
  EXPECT_EQ(boots_as_table({}, Zone()), "No boots were found.\n");
}

TEST(Units, MayBePatterns) {
  Journals journals;
  journals.add("a.journal", two_boots());
  EXPECT_EQ(find_units(journals.files(), "u*"), (std::vector<std::string>{"u0.service", "u1.service"}));
  EXPECT_EQ(find_units(journals.files(), "[a-t]*"), std::vector<std::string>());
  EXPECT_EQ(find_units(journals.files(), "ssh"), std::vector<std::string>{"ssh.service"});
  EXPECT_EQ(find_units(journals.files(), "init.scope"), std::vector<std::string>{"init.scope"});
}

TEST(Folder, GivesJournalsOfAllMachinesAndNamespaces) {
  const TempFolder folder;
  std::vector<std::string> expected;
  for (const std::string_view name : {"0a/system.journal", "0a/system@1.journal~", "0b.extra/system.journal"})
    expected.push_back(folder.write(name, "x"));
  folder.write("0a/notes.txt", "x");
  EXPECT_EQ(find_journals(folder.path()), expected);
  EXPECT_EQ(find_journals(folder.path("0a/notes.txt")), std::vector{folder.path("0a/notes.txt")});
}

}  // namespace
}  // namespace inquest::journal
