#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder journal_json_decoder;

namespace {

std::string entry(std::string_view fields) {
  return R"({"__REALTIME_TIMESTAMP":"1770652490000000","_HOSTNAME":"pve",)" + std::string(fields) + "}\n";
}

model::Case read(std::string_view text) { return testing::decode_with(journal_json_decoder, text, "journal.json"); }

struct Message {
  std::string_view fields;
  std::string_view text;
  bool in_place;
};

TEST(JournalJson, ReadsMessagesOfEveryShape) {
  const Message cases[] = {
      {R"("MESSAGE":"plain")", "plain", true},
      {R"("MESSAGE" :  "spaced" )", "spaced", true},
      {R"("MESSAGE":"caf\u00e9 \"quoted\"")", "caf\xC3\xA9 \"quoted\"", false},
      {R"("MESSAGE":"\\\\")", "\\\\", false},
      {R"("MESSAGE":"")", "", false},
      {R"("MESSAGE":[104,105,10,255])", "hi\n\xFF", false},
      {R"("MESSAGE":["first","second"])", "first", true},
      {R"("MESSAGE":[[104,105],"second"])", "hi", false},
      {R"("MESSAGE":[])", "", false},
      {R"("_PID":"1")", "", false},
  };
  for (const Message& wanted : cases) {
    const std::string line = entry(wanted.fields);
    const model::Case c = read(line);
    ASSERT_EQ(c.events.size(), 1U) << line;
    EXPECT_EQ(c.message(0), wanted.text) << line;
    EXPECT_EQ((c.events[0].flags & model::Event::kStoredText) == 0, wanted.in_place) << line;
    EXPECT_EQ(c.record(0), wanted.in_place ? wanted.text : line.substr(0, line.size() - 1)) << line;
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean) << line;
  }
}

TEST(JournalJson, NamesTheProgram) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"("SYSLOG_IDENTIFIER":"sshd","_COMM":"sshd-session")", "sshd"},
      {R"("_COMM":"app")", "app"},
      {R"("_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"vmlinux")", "kernel"},
      {R"("_PID":"1")", ""},
  };
  for (const auto& [fields, ident] : cases) {
    const model::Case c = read(entry(fields));
    ASSERT_EQ(c.events.size(), 1U) << fields;
    EXPECT_EQ(c.str(c.events[0].ident), ident) << fields;
  }
}

TEST(JournalJson, GoesOnBehindALineThatIsNoEntry) {
  for (const std::string_view bad : {"{", "}", R"({"MESSAGE":"cut)", "[1]", R"({"MESSAGE":[300],"_PID":"1"})",
                                     R"({"MESSAGE":{}})", R"({"MESSAGE":[[[1]]]})", R"({"PRIORITY":-1})", "\xFF",
                                     "null", R"({"__REALTIME_TIMESTAMP":"99999999999999999999"})"}) {
    const model::Case c = read(entry(R"("MESSAGE":"a")") + std::string(bad) + "\n" + entry(R"("MESSAGE":"b")"));
    EXPECT_EQ(c.events.size(), 2U) << bad;
    ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U) << bad;
    EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U) << bad;
  }
}

TEST(JournalJson, SaysThatAMessageWasLeftOut) {
  const model::Case c = read(entry(R"("MESSAGE":null,"_PID":null)"));
  EXPECT_EQ(c.events.size(), 1U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_NE(c.evidence[0].diagnostics[0].message.find("too large"), std::string::npos);
}

TEST(JournalJson, GivesUpAnEntryWithoutEnd) {
  std::string text = "{\n";
  for (int i = 0; i < 40'000; ++i) text += "\t\"X\" : \"" + std::string(500, 'x') + "\",\n";
  const model::Case c = read(text + "{\n" + entry(R"("MESSAGE":"a")"));
  EXPECT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

}  // namespace
}  // namespace inquest::decode
