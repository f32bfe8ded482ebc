#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder apt_history_decoder;

namespace {

std::vector<std::string> messages(std::string_view text) {
  const model::Case c = testing::decode_with(apt_history_decoder, text, "history.log");
  std::vector<std::string> out;
  for (size_t i = 0; i < c.events.size(); ++i) out.push_back(c.message(i));
  return out;
}

TEST(AptHistory, RecordsAStanzaAndItsKernelPackages) {
  EXPECT_EQ(messages("Start-Date: 2026-02-06  18:01:58\n"
                     "Commandline: apt upgrade\n"
                     "Upgrade: less:amd64 (1, 2), linux-image-amd64:amd64 (3, 4), zfs-dkms:all (5, 6, automatic)\n"
                     "End-Date: 2026-02-06  18:04:31\n"),
            (std::vector<std::string>{
                "Commandline: apt upgrade\n"
                "Upgrade: less:amd64 (1, 2), linux-image-amd64:amd64 (3, 4), zfs-dkms:all (5, 6, automatic)\n"
                "End-Date: 2026-02-06  18:04:31",
                "Upgrade: linux-image-amd64:amd64 (3, 4)",
                "Upgrade: zfs-dkms:all (5, 6, automatic)",
            }));
}

TEST(AptHistory, KeepsAStanzaThatWasCut) {
  EXPECT_EQ(messages("Start-Date: 2026-02-06  18:01:58\n"),
            (std::vector<std::string>{"Start-Date: 2026-02-06  18:01:58"}));
  EXPECT_EQ(messages("Start-Date: 2026-02-06  18:01:58\nInstall: nvidia-driver:amd64 (53"),
            (std::vector<std::string>{"Install: nvidia-driver:amd64 (53", "Install: nvidia-driver:amd64 (53"}));
}

TEST(AptHistory, RecordsThatDpkgFailed) {
  const model::Case c = testing::decode_with(apt_history_decoder,
                                             "Start-Date: 2026-02-06  18:01:58\nError: Sub-process returned an error\n"
                                             "End-Date: 2026-02-06  18:04:31\n",
                                             "history.log");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.events[1].severity, model::Severity::Error);
  EXPECT_EQ(c.message(1), "Error: Sub-process returned an error");
}

TEST(AptHistory, LocatesTextOutsideOfAStanza) {
  const model::Case c = testing::decode_with(apt_history_decoder, "\nCommandline: apt\n", "history.log");
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U);
}

TEST(AptHistory, BoundsAStanza) {
  std::string text = "Start-Date: 2026-02-06  18:01:58\nInstall: ";
  for (int i = 0; i < 20'000; ++i) text += "linux-image:amd64 (1), ";
  const model::Case c = testing::decode_with(apt_history_decoder, text, "history.log");
  EXPECT_LE(c.events.size(), 1001U);
  EXPECT_LE(c.events[0].length, Sink::kMostRecord);
}

}  // namespace
}  // namespace inquest::decode
