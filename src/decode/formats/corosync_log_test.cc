#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder corosync_log_decoder;

namespace {

using model::LandmarkKind;
using model::Severity;

model::Case read(std::string_view text) { return testing::decode_with(corosync_log_decoder, text, "corosync.log"); }
Claim claim(std::string_view text) { return corosync_log_decoder.sniff({text, "corosync.log", true}); }

TEST(CorosyncLog, ReadsALineOfEachAge) {
  struct {
    std::string_view line;
    std::string_view host;
    std::string_view ident;
    Severity severity;
    std::string_view message;
  } const cases[] = {
      {"Feb 09 07:55:07 [1374] QCM1255 corosync notice  [KNET  ] host: host: 1 has no active links", "QCM1255",
       "corosync", Severity::Notice, "[KNET  ] host: host: 1 has no active links"},
      {"Feb 09 07:55:07.123 [1374] QCM1255 corosync warning [KNET] x", "QCM1255", "corosync", Severity::Warning,
       "[KNET] x"},
      {"Feb 09 07:55:07 [1374] QCM1255 corosyncnotice  [MAIN  ] x", "QCM1255", "corosync", Severity::Notice,
       "[MAIN  ] x"},
      {"Feb 09 07:55:07 corosync [TOTEM ] x", "", "corosync", Severity::Unknown, "[TOTEM ] x"},
      {"Feb 09 07:55:07 [2011] node2       crmd:     info: f: x", "node2", "crmd", Severity::Info, "f: x"},
  };
  for (const auto& expected : cases) {
    const model::Case c = read(expected.line);
    ASSERT_EQ(c.events.size(), 1U) << expected.line;
    EXPECT_EQ(c.str(c.events[0].host), expected.host) << expected.line;
    EXPECT_EQ(c.str(c.events[0].ident), expected.ident) << expected.line;
    EXPECT_EQ(c.events[0].severity, expected.severity) << expected.line;
    EXPECT_EQ(c.message(0), expected.message) << expected.line;
  }
}

TEST(CorosyncLog, SeesALinkGoDown) {
  const model::Case c =
      read("Feb 09 07:55:07 [1374] QCM1255 corosync notice  [KNET  ] host: host: 1 has no active links\n");
  ASSERT_EQ(c.landmarks.size(), 1U);
  EXPECT_EQ(c.landmarks[0].kind, LandmarkKind::KnetNoLinks);
  EXPECT_EQ(c.landmarks[0].number, 1);
  EXPECT_TRUE(model::watches(c.streams[0].watch, model::Watch::Cluster));
  EXPECT_EQ(c.str(c.streams[0].host), "QCM1255");
}

TEST(CorosyncLog, CountsYears) {
  const model::Case c =
      read("Dec 31 23:59:59 [1] n corosync notice  [MAIN  ] a\nJan 01 00:00:01 [1] n corosync notice  [MAIN  ] b\n");
  EXPECT_TRUE(c.streams[0].yearless);
  EXPECT_EQ(c.events[1].time - c.events[0].time, 2 * kSecond);
}

TEST(CorosyncLog, ClaimsTheClustersOwnLinesOnly) {
  EXPECT_EQ(claim("Feb 09 07:55:07 [1374] n corosync notice  [KNET  ] x\n"), Claim::Certain);
  EXPECT_EQ(claim("Feb 09 07:55:07 n corosync[1374]: [KNET  ] x\n"), Claim::No) << "syslog's";
  EXPECT_EQ(claim("Feb 09 07:55:07 [2011] n crmd: info: x\n"), Claim::Certain) << "pacemaker's alone";
  EXPECT_EQ(claim("Feb 09 07:55:07 n pacemaker-based     [2011] (init) \tinfo: x\n"), Claim::Certain);
  EXPECT_EQ(claim("Feb 09 07:55:07 [2011] n postgres: info: x\n"), Claim::No);
  EXPECT_EQ(claim("Feb 09 07:55:07 [1374] n corosync notice  nothing in brackets\n"), Claim::No);
}

TEST(CorosyncLog, LocatesALineThatIsNotItsOwn) {
  const model::Case c = read("Feb 09 07:55:07 [1] n corosync notice  [MAIN  ] a\ngarbage\n");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U);
}

}  // namespace
}  // namespace inquest::decode
