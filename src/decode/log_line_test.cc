#include "decode/log_line.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using model::Severity;

struct Good {
  std::string_view line;
  std::string_view host;
  std::string_view ident;
  bool pid;
  Severity severity;
  std::string_view message;
};

TEST(LogLineParser, FindsHostProgramAndMessage) {
  const Good cases[] = {
      {"Feb  9 07:55:07 pve sshd[4242]: Accepted publickey", "pve", "sshd", true, Severity::Unknown,
       "Accepted publickey"},
      {"Feb  9 07:55:07 pve kernel: [   12.345678] usb 1-1: new", "pve", "kernel", false, Severity::Unknown,
       "[   12.345678] usb 1-1: new"},
      {"Feb  9 07:55:07 pve kernel:[   12.345678] usb", "pve", "kernel", false, Severity::Unknown,
       "[   12.345678] usb"},
      {"<30>Feb  9 07:55:07 pve systemd[1]: Started x.", "pve", "systemd", true, Severity::Info, "Started x."},
      {"<191>Feb  9 07:55:07 pve a: b", "pve", "a", false, Severity::Debug, "b"},
      {"Feb  9 07:55:07 root: by hand", "", "root", false, Severity::Unknown, "by hand"},
      {"<13>Feb  9 07:55:07 root[77]: by hand", "", "root", true, Severity::Notice, "by hand"},
      {"Feb  9 07:55:07 pve last message repeated 2 times", "pve", "", false, Severity::Unknown,
       "last message repeated 2 times"},
      {"Feb  9 07:55:07 pve -- MARK --", "pve", "", false, Severity::Unknown, "-- MARK --"},
      {"Jan  1 00:00:10 router daemon.warn dnsmasq[812]: no address", "router", "dnsmasq", true, Severity::Warning,
       "no address"},
      {"Jan  1 00:00:10 router kern.info kernel: [    0.000000] Linux", "router", "kernel", false, Severity::Info,
       "[    0.000000] Linux"},
      {"Jan  1 00:00:10 router local7.err app: x", "router", "app", false, Severity::Error, "x"},
      {"Feb  9 07:55:07 pve postfix/smtpd[991]: connect", "pve", "postfix/smtpd", true, Severity::Unknown, "connect"},
      {"Feb  9 07:55:07 pve Web Content[1234]: a: b", "pve", "Web Content", true, Severity::Unknown, "a: b"},
      {"Feb  9 07:55:07 pve org::name: x", "pve", "org::name", false, Severity::Unknown, "x"},
      {"Feb  9 07:55:07 pve (sd-executor)[12]:", "pve", "(sd-executor)", true, Severity::Unknown, ""},
      {"Feb  9 07:55:07 fe80::1 sshd[1]: x", "fe80::1", "sshd", true, Severity::Unknown, "x"},
      {"2026-02-09T07:55:07.123456-08:00 pve cron[5]: (root) CMD", "pve", "cron", true, Severity::Unknown,
       "(root) CMD"},
      {"2026-02-09T07:55:07 pve cron[5]: x", "pve", "cron", true, Severity::Unknown, "x"},
      {"[12345.678901] pve kernel: usb 1-1", "pve", "kernel", false, Severity::Unknown, "usb 1-1"},
      {"<34>1 2026-02-09T07:55:07.003Z mail.example.org su - ID47 - \xEF\xBB\xBF'su root' failed", "mail.example.org",
       "su", false, Severity::Critical, "'su root' failed"},
      {R"(<165>1 2026-02-09T07:55:07.003Z - app 812 - [a@1 k="x\"]"][b@1] text)", "", "app", true, Severity::Notice,
       "text"},
      {"<165>1 - pve app - - -", "pve", "app", false, Severity::Notice, ""},
      {"<165>1 2026-02-09T07:55:07Z pve app - - [cut k=\"v", "pve", "app", false, Severity::Notice, "[cut k=\"v"},
  };
  LogLineParser parser;
  for (const Good& wanted : cases) {
    LogLine line;
    ASSERT_TRUE(parser.parse(wanted.line, line)) << wanted.line;
    EXPECT_EQ(line.host, wanted.host) << wanted.line;
    EXPECT_EQ(line.ident, wanted.ident) << wanted.line;
    EXPECT_EQ(line.pid, wanted.pid) << wanted.line;
    EXPECT_EQ(line.severity, wanted.severity) << wanted.line;
    EXPECT_EQ(line.message, wanted.message) << wanted.line;
    EXPECT_EQ(wanted.line.substr(line.text_at(wanted.line)), wanted.message) << wanted.line;
  }
}

TEST(LogLineParser, RefusesWhatHasNoHeader) {
  LogLineParser parser;
  const std::string long_host = "Feb  9 07:55:07 " + std::string(300, 'h') + " a: b";
  for (const std::string_view line : {
           std::string_view(""),
           std::string_view("    indented"),
           std::string_view("Feb  9 07:55:07"),
           std::string_view("Feb  9 07:55:07 "),
           std::string_view("<6>[    0.000000] Linux version 6.1"),
           std::string_view("<192>Feb  9 07:55:07 pve a: b"),
           std::string_view("<>Feb  9 07:55:07 pve a: b"),
           std::string_view("Feb 09 07:55:07 [1374] pve corosync notice  [KNET  ] x"),
           std::string_view("2026-02-09 07:55:07 status installed libc6:amd64 2.36"),
           std::string_view("<34>1 2026-02-09T07:55:07 pve a - - - no zone"),
           std::string_view("<34>1 2026-02-09T07:55:07Z pve a"),
           std::string_view(long_host),
       }) {
    LogLine parsed;
    EXPECT_FALSE(parser.parse(line, parsed)) << line;
  }
}

TEST(LooksLikeHeader, IsToldByDateOrTime) {
  EXPECT_TRUE(looks_like_header("Fxb  9 07:55:07 pve kernel: x"));
  EXPECT_TRUE(looks_like_header("Feb  9 07;55:07 pve kernel: x"));
  EXPECT_TRUE(looks_like_header("2026-02-09 07:55:07,123 INFO x"));
  EXPECT_FALSE(looks_like_header(""));
  EXPECT_FALSE(looks_like_header("Traceback (most recent call last):"));
  EXPECT_FALSE(looks_like_header("Marked as failed"));
}

}  // namespace
}  // namespace inquest::decode
