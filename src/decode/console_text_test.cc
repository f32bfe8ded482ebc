#include "decode/console_text.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(ConsoleText, DropsEscapesAndFindsThePlaceAgain) {
  const std::string_view raw = "\x1b[2J\x1b[1;1H[\x1b[0;32m  OK  \x1b[0m] Started \x1b]0;title\x07x\r";
  const std::string plain = without_escapes(raw);
  EXPECT_EQ(plain, "[  OK  ] Started x");
  for (size_t i = 0; i < plain.size(); ++i) EXPECT_EQ(raw[offset_with_escapes(raw, i)], plain[i]) << i;
  EXPECT_EQ(offset_with_escapes(raw, plain.size()), raw.size());
}

TEST(ConsoleText, LosesNoTextBehindACutEscape) {
  EXPECT_EQ(without_escapes("a\x1b"), "a");
  EXPECT_EQ(without_escapes("a\x1b["), "a");
  EXPECT_EQ(without_escapes("\x1b]0;never closed"), "0;never closed");
}

TEST(ConsoleText, ReadsWhatSystemdShows) {
  EXPECT_EQ(parse_status_line("[  OK  ] Reached target reboot.target - System Reboot.")->message,
            "Reached target reboot.target - System Reboot.");
  EXPECT_EQ(parse_status_line("[FAILED] Failed to start zfs-mount.service.")->severity, model::Severity::Error);
  EXPECT_EQ(parse_status_line("         Stopping ssh.service - OpenBSD Secure Shell server...")->message,
            "Stopping ssh.service - OpenBSD Secure Shell server...");
  EXPECT_FALSE(parse_status_line("         drwxr-xr-x 2 root").has_value());
  EXPECT_FALSE(parse_status_line("[    1.759158] usb").has_value());
}

TEST(ConsoleText, KnowsFirmwareAndBootLoaders) {
  EXPECT_TRUE(firmware_line("SeaBIOS (version 1.16.2-debian-1.16.2-1)"));
  EXPECT_TRUE(firmware_line("  Booting `Debian GNU/Linux'"));
  EXPECT_FALSE(firmware_line("[  OK  ] Reached target Shutdown."));
}

TEST(ConsoleText, FindsTheHost) {
  EXPECT_EQ(login_host("pve1 login: "), "pve1");
  EXPECT_EQ(login_host("(none) login: "), "");
  EXPECT_EQ(login_host("Last failed login: Mon"), "");
  EXPECT_EQ(hostname_set("Hostname set to <pve1>."), "pve1");
  EXPECT_EQ(hostname_set("Set hostname to <pve1.example.org>."), "pve1.example.org");
  EXPECT_EQ(hostname_set("Hostname set to <>."), "");
  EXPECT_EQ(hostname_set("Hostname set to <never closed"), "");
}

TEST(ConsoleText, FindsAKernelLineBehindAPrompt) {
  EXPECT_EQ(find_inner_stamp("pve1 login: [  212.345678] sysrq: Trigger a crash"), 12U);
  EXPECT_EQ(find_inner_stamp("x[123456.345678] y"), 1U);
  EXPECT_EQ(find_inner_stamp("[    1.759158] x"), std::string_view::npos);
  EXPECT_EQ(find_inner_stamp("<6>[    1.759158] x"), std::string_view::npos);
  EXPECT_EQ(find_inner_stamp("a [1.759158] b"), std::string_view::npos) << "the kernel pads";
  EXPECT_EQ(find_inner_stamp("a [drm] b"), std::string_view::npos);
  EXPECT_EQ(find_inner_stamp(""), std::string_view::npos);
}

TEST(ConsoleText, ReadsTheTimeThatALoggerPutInFront) {
  const auto local = parse_logger_time("2026-02-09 10:53:52 [    1.759158] x");
  ASSERT_TRUE(local.has_value());
  EXPECT_EQ(local->length, 20U);
  EXPECT_FALSE(local->utc);
  const auto utc = parse_logger_time("2026-02-09T10:53:52.125+01:00 x");
  ASSERT_TRUE(utc.has_value());
  EXPECT_TRUE(utc->utc);
  EXPECT_EQ(utc->time, *from_civil({2026, 2, 9, 9, 53, 52, 125 * kMilli}));
  EXPECT_EQ(utc->precision, Precision::Milli);
  EXPECT_FALSE(parse_logger_time("2026-02-09T10:53:52Z,x").has_value());
  EXPECT_FALSE(parse_logger_time("2026-02-09T10:53:52Z").has_value());
}

}  // namespace
}  // namespace inquest::decode
