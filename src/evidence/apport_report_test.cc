// Reports of apport, through walk().
#include "evidence/apport_report.h"

#include <gmock/gmock.h>

#include "support/archive_builder.h"
#include "support/temp_folder.h"
#include "support/walk_log.h"

namespace inquest::evidence {
namespace {

using ::testing::ElementsAre;

// "core\n" in gzip and base64, in two lines that are encoded each by itself.
constexpr std::string_view kReport =
    "ProblemType: KernelCrash\n"
    "Architecture: amd64\n"
    "CoreDump: base64\n"
    " H4sIAAAAAAAC/w==\n"
    " S84vSuUCABfX39QFAAAA\n"
    "CurrentDmesg:\n"
    " [    0.000000] Linux version 6.8.0-31-generic\n"
    "  two blanks\n"
    "Date: Sat Jan 31 23:16:58 2026\n"
    "Empty:\n";

class Apport : public ::testing::Test {
 protected:
  void read(std::string_view text) {
    path_ = folder_.write("x.crash", text);
    walk_into(log_, {path_});
  }
  std::string content(std::string_view member) const {
    const auto* item = log_.find(path_ + "!/" + std::string(member));
    return item == nullptr ? "no such item" : item->content;
  }

  TempFolder folder_;
  WalkLog log_;
  std::string path_;
};

TEST_F(Apport, GivesEachLongValueAsAFileAndTheShortOnesAsAnother) {
  read(kReport);
  EXPECT_THAT(log_.paths(),
              ElementsAre(path_ + "!/CoreDump", path_ + "!/CurrentDmesg", path_ + "!/Empty", path_ + "!/report"));
  EXPECT_EQ(content("CoreDump"), "core\n");
  EXPECT_EQ(content("CurrentDmesg"), "[    0.000000] Linux version 6.8.0-31-generic\n two blanks\n");
  EXPECT_EQ(content("report"), "Architecture: amd64\nDate: Sat Jan 31 23:16:58 2026\nProblemType: KernelCrash\n");
}

TEST_F(Apport, KeepsWhatStandsAroundDamage) {
  read("ProblemType: Crash\nArchitecture: amd64\nBlob: base64\n !!!!\n ####\nno key at all\nTrace:\n one\n");
  EXPECT_EQ(content("Trace"), "one\n");
  EXPECT_EQ(content("report"), "Architecture: amd64\nProblemType: Crash\n");
}

TEST_F(Apport, ReadsACutReportToItsEnd) {
  for (size_t cut = 60; cut < kReport.size(); cut += 7) {
    WalkLog log;
    const std::string path = folder_.write("cut.crash", kReport.substr(0, cut));
    walk_into(log, {path});
    EXPECT_FALSE(log.items.empty()) << cut;
  }
}

TEST_F(Apport, NoPathLeadsOutOfTheReport) {
  read("ProblemType: Crash\nArchitecture: amd64\n..:\n one\n.:\n two\n");
  for (const std::string& path : log_.paths()) EXPECT_EQ(path.find("/.."), std::string::npos) << path;
}

TEST(ApportKind, IsNotAnyTextWithColons) {
  EXPECT_TRUE(is_apport_report(kReport));
  EXPECT_FALSE(is_apport_report("ProblemType: Crash\n"));
  EXPECT_FALSE(is_apport_report("ProblemType: Crash\nand prose behind it\n"));
  EXPECT_FALSE(is_apport_report("Architecture: amd64\nProblemType: Crash\n"));
}

}  // namespace
}  // namespace inquest::evidence
