// `inquest decode`: what it says of the values that people ask about, and how it ends.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/decode_kind.h"
#include "base/text.h"
#include "crashtext/mce.h"
#include "support/process.h"

namespace inquest {
namespace {

using testing::Ended;
using ::testing::HasSubstr;
using testing::Invocation;
using testing::run_inquest;

TEST(DecodeCommand, AnswersAsAColleagueWould) {
  struct Case {
    std::vector<std::string> arguments;
    std::vector<std::string> said;
  };
  const std::vector<Case> cases = {
      {{"taint", "4609"}, {"P W O", "out-of-tree module", "earlier in this boot"}},
      {{"exit", "0x00000200"}, {"exit(2)", "dash", "exitcode="}},
      {{"mce", "be00000000800400", "--vendor", "intel"}, {"context is corrupt", "internal timer error", "witness"}},
      {{"mce", "bea0000000000108", "--vendor", "amd", "--bank", "5", "--family", "0x19", "--model", "0x21"},
       {"execution unit", "watchdog timeout"}},
      {{"xid", "79"}, {"fallen off the bus", "hardware"}},
      {{"code", "48 8b 47 18 <0f> 0b"}, {"ud2", "BUG() or WARN()"}},
      {{"pf", "0x2"}, {"wrote to a page that is not present"}},
      {{"address", "0xdead000000000122"}, {"LIST_POISON2"}},
      {{"errno", "52"}, {"EBADE", "ECKSUM"}},
      {{"trap", "0x700", "--arch", "ppc64"}, {"program check"}},
      {{"aer", "0x00100000", "--severity", "0x000ef030"}, {"unsupported request", "non-fatal"}},
      {{"aer", "1", "--correctable"}, {"receiver error"}},
  };
  for (const Case& c : cases) {
    Invocation invocation;
    invocation.arguments = {"decode"};
    invocation.arguments.insert(invocation.arguments.end(), c.arguments.begin(), c.arguments.end());
    const Ended ended = run_inquest(invocation);
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::string joined;
    for (const std::string_view line : lines(ended.out)) joined += std::string(trim(line)) + " ";
    for (const std::string& said : c.said) EXPECT_THAT(joined, HasSubstr(said)) << c.arguments[0];
  }
}

TEST(DecodeCommand, RecognisesAValueByItself) {
  const auto all = [](const std::string& text) { return run_inquest({"decode", text}).out; };
  EXPECT_THAT(all("UPID:n1:00001234:000186A0:65A0B0C0:qmstart:101:root@pam:"),
              HasSubstr("Read as `inquest decode upid`"));
  EXPECT_THAT(all("0xdead000000000122"), HasSubstr("Read as `inquest decode address`"));
  EXPECT_THAT(all("zed[1]: eid=3 class=io pool='tank' err=5"), HasSubstr("Read as `inquest decode zed`"));
  EXPECT_THAT(all("Oops: 0002 [#1] SMP"), HasSubstr("Read as `inquest decode oops-code`"));
  const std::string several = all("79");
  EXPECT_THAT(several, HasSubstr("several ways"));
  EXPECT_THAT(several, HasSubstr("inquest decode xid"));
  EXPECT_THAT(several, HasSubstr("inquest decode errno"));
}

TEST(DecodeCommand, ExplainsTheExampleOfEveryKind) {
  for (const app::DecodeKind* kind : app::decode_kinds()) {
    app::DecodeOptions options;
    std::string_view value = kind->example;
    value = value.substr(0, value.find(" --"));
    const auto readings = kind->read(value, options);
    ASSERT_TRUE(readings) << kind->name;
    ASSERT_FALSE(readings->empty()) << kind->name;
    EXPECT_FALSE(readings->front().what.empty()) << kind->name;
    EXPECT_FALSE(readings->front().meaning.empty()) << kind->name;
    EXPECT_FALSE(kind->read("?!", options)) << kind->name;
  }
}

TEST(DecodeCommand, ListsItsKinds) {
  const Ended ended = run_inquest({"decode"});
  EXPECT_EQ(ended.status, 0);
  for (const app::DecodeKind* kind : app::decode_kinds()) EXPECT_THAT(ended.out, HasSubstr(std::string(kind->name)));
}

TEST(DecodeCommand, GivesJson) {
  const Ended ended = run_inquest({"decode", "xid", "79", "--format", "json"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("\"schema\": 1"));
  EXPECT_THAT(ended.out, HasSubstr("\"kind\": \"xid\""));
}

TEST(DecodeCommand, SaysWhatIsWrong) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"decode", "taint", "hello"},
                                             {"decode", "taint"},
                                             {"decode", "nothing of the kind"},
                                             {"decode", "xid", "79", "--format", "pdf"},
                                             {"decode", "mce", "0", "--vendor", "via"},
                                             {"decode", "mce", "0", "--bank", "x"},
                                             {"decode", "address", "0", "--arch", "vax"}}) {
    Invocation invocation;
    invocation.arguments = arguments;
    const Ended ended = run_inquest(invocation);
    EXPECT_EQ(ended.status, 2) << arguments.back();
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err, "");
  }
}

// Records in mcelog's injection syntax: each STATUS line is a record that can be said in words.
TEST(DecodeCommand, ReadsMcelogsRecords) {
  const std::string folder = INQUEST_SOURCE_DIR "/../shared/corpora/mcelog/input";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "mcelog's samples are not here";
  size_t records = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (text.starts_with("#!")) continue;  // a script that makes records
    crashtext::MceRecord record;
    for (const std::string_view line : lines(text)) {
      if (!line.starts_with('#')) (void)record.read(line);
    }
    ASSERT_TRUE(record.status) << entry.path();
    EXPECT_TRUE(record.bank) << entry.path();
    EXPECT_FALSE(crashtext::read_mce(record).meaning.empty()) << entry.path();
    ++records;
  }
  EXPECT_GT(records, 0U);
}

}  // namespace
}  // namespace inquest
