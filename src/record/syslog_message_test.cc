#include "record/syslog_message.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

// "facility.severity|time|host|ident|process|message_id|data|message"
std::string shown(const SyslogMessage& m) {
  std::string time = "-";
  if (m.time) {
    time = format_utc({*m.time, Precision::Micro});
    if (!m.utc) time.back() = m.year ? 'L' : '?';
  }
  std::string data;
  for (const auto& [name, value] : m.data) data += fmt::format("{}={};", name, value);
  return fmt::format("{}.{}|{}|{}|{}|{}|{}|{}|{}", m.facility, m.severity, time, m.host, m.ident, m.process,
                     m.message_id, data, m.message);
}

struct Case {
  std::string_view text;
  std::string_view read;
};

TEST(SyslogMessage, ReadsRfc5424) {
  for (const Case& c : {
           Case{"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed",
                "4.2|2003-10-11T22:14:15.003000Z|mymachine.example.com|su||ID47||'su root' failed"},
           Case{"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time",
                "20.5|2003-08-24T12:14:15.000003Z|192.0.2.1|myproc|8710|||%% It's time"},
           Case{"<165>1 - - - - - [ex@32473 iut=\"3\" src=\"A\\\"p\\]p\\\\\\n\"][pri@32473 class=\"high\"] text",
                "20.5|-|||||ex@32473.iut=3;ex@32473.src=A\"p]p\\\\n;pri@32473.class=high;|text"},
           Case{"<13>1 2026-02-09T10:00:00+01:00 h a 1 - [timeQuality tzKnown=\"1\" isSynced=\"0\"]",
                "1.5|2026-02-09T09:00:00.000000Z|h|a|1||timeQuality.tzKnown=1;timeQuality.isSynced=0;|"},
           Case{"<13>1 2026-02-09T10:00:00Z h a - - [empty] x", "1.5|2026-02-09T10:00:00.000000Z|h|a||||x"},
           Case{"<13>1 2026-02-09T10:00:00+01:00 h a 1 - -  from rsyslog",
                "1.5|2026-02-09T09:00:00.000000Z|h|a|1|||from rsyslog"},
           // Damaged structured data is part of the message.
           Case{"<13>1 2026-02-09T10:00:00Z h a - - [id x=\"1\" y=] text",
                "1.5|2026-02-09T10:00:00.000000Z|h|a||||[id x=\"1\" y=] text"},
           Case{"<13>1 2026-02-09T10:00:00Z h a - - [id x=\"never ends",
                "1.5|2026-02-09T10:00:00.000000Z|h|a||||[id x=\"never ends"},
           Case{"<13>1 2026-02-09T10:00:00Z h a - - no data", "1.5|2026-02-09T10:00:00.000000Z|h|a||||no data"},
       }) {
    EXPECT_EQ(shown(parse_syslog(c.text)), c.read) << c.text;
  }
}

TEST(SyslogMessage, ReadsRfc3164AndWhatIsSentInsteadOfIt) {
  for (const Case& c : {
           // logger --rfc3164, and rsyslog's RSYSLOG_TraditionalForwardFormat
           Case{"<13>Feb  9 07:55:07 pve1 root: hello", "1.5|2000-02-09T07:55:07.000000?|pve1|root||||hello"},
           Case{"<30>Feb 19 07:55:07 pve1 sshd[4711]: Accepted\n",
                "3.6|2000-02-19T07:55:07.000000?|pve1|sshd|4711|||Accepted"},
           // a program's own, to /dev/log: no host
           Case{"<30>Feb  9 07:55:07 sshd[4711]: Accepted", "3.6|2000-02-09T07:55:07.000000?||sshd|4711|||Accepted"},
           Case{"<30>Feb  9 07:55:07 cron: x", "3.6|2000-02-09T07:55:07.000000?||cron||||x"},
           // RSYSLOG_ForwardFormat
           Case{"<13>2026-02-09T07:55:07.123456+01:00 pve1 root: hi",
                "1.5|2026-02-09T06:55:07.123456Z|pve1|root||||hi"},
           Case{"<13>2026-02-09T07:55:07 pve1 root: no zone", "1.5|2026-02-09T07:55:07.000000L|pve1|root||||no zone"},
           Case{"<13>Feb  9 2026 07:55:07 asa : %ASA-6-302013: Built",
                "1.5|2026-02-09T07:55:07.000000L|asa|||||: %ASA-6-302013: Built"},
           Case{"<4>Feb  9 07:55:07 h kernel: [   12.345678] usb 1-1: new",
                "0.4|2000-02-09T07:55:07.000000?|h|kernel||||[   12.345678] usb 1-1: new"},
           Case{"<86>Feb  9 07:55:07 h sudo:    ann : TTY=x",
                "10.6|2000-02-09T07:55:07.000000?|h|sudo||||   ann : TTY=x"},
           Case{"<22>Feb  9 07:55:07 h postfix/smtpd[1]: c", "2.6|2000-02-09T07:55:07.000000?|h|postfix/smtpd|1|||c"},
           Case{"<13>Feb  9 07:55:07 h last message repeated 2 times",
                "1.5|2000-02-09T07:55:07.000000?|h|||||last message repeated 2 times"},
           Case{"<13>root: no time", "1.5|-||root||||no time"},
           Case{"<13>just text", "1.5|-||||||just text"},
           Case{"<13>http://x is no tag", "1.5|-||||||http://x is no tag"},
           Case{"<13>Feb 30 07:55:07 h a: no such day", "1.5|-||||||Feb 30 07:55:07 h a: no such day"},
           // no priority
           Case{"hello", "1.5|-||||||hello"},
           Case{"root: hello", "1.5|-||||||root: hello"},
           Case{"Feb  9 07:55:07 h a[1]: x", "1.5|2000-02-09T07:55:07.000000?|h|a|1|||x"},
           Case{"<192>x", "1.5|-||||||<192>x"},
           Case{"<>x", "1.5|-||||||<>x"},
           Case{"<1", "1.5|-||||||<1"},
           Case{"", "1.5|-||||||"},
       }) {
    EXPECT_EQ(shown(parse_syslog(c.text)), c.read) << c.text;
  }
}

TEST(SyslogMessage, ReadsCisco) {
  for (const Case& c : {
           Case{"<189>45: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured",
                "23.5|2000-03-01T18:46:11.123000?||%SYS-5-CONFIG_I|||sequence=45;|Configured"},
           Case{"<189>45: router1: .Mar  1 18:46:11 CET: %LINK-3-UPDOWN: up",
                "23.5|2000-03-01T18:46:11.000000?|router1|%LINK-3-UPDOWN|||sequence=45;zone=CET;|up"},
           Case{"<187>router1: *Mar  1 2026 18:46:11 UTC: %LINK-3-UPDOWN: up",
                "23.3|2026-03-01T18:46:11.000000Z|router1|%LINK-3-UPDOWN||||up"},
           Case{"<189>45: 3w2d: %SYS-5-CONFIG_I: x", "23.5|-||%SYS-5-CONFIG_I|||sequence=45;uptime=3w2d;|x"},
       }) {
    EXPECT_EQ(shown(parse_syslog(c.text)), c.read) << c.text;
  }
}

// Whatever stands in a message is found again in what was read of it.
TEST(SyslogMessage, LosesNoWordOfAnyMessage) {
  static constexpr std::string_view kParts[] = {"<13>",
                                                "1 ",
                                                "Feb  9 07:55:07 ",
                                                "2026-02-09T07:55:07Z ",
                                                "- ",
                                                "[a b=\"",
                                                "\"] ",
                                                "x: ",
                                                "45: ",
                                                "*",
                                                "% ",
                                                "\xEF\xBB\xBF",
                                                "[12]:",
                                                " ",
                                                "\\\"",
                                                "]",
                                                "\n"};
  std::mt19937 random(9);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const int parts = 1 + static_cast<int>(random() % 9);
    for (int i = 0; i < parts; ++i)
      text += random() % 4 == 0 ? fmt::format("w{} ", i) : std::string(kParts[random() % std::size(kParts)]);
    const std::string all = shown(parse_syslog(text));
    for (int i = 0; i < parts; ++i) {
      const std::string name = fmt::format("w{}", i);
      if (text.find(name) == std::string::npos) continue;
      ASSERT_NE(all.find(name), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace inquest::record
