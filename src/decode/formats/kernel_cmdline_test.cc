#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder kernel_cmdline_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using ::testing::HasSubstr;
using testing::head_of;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(kernel_cmdline_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text, std::string_view name = "evidence1.txt") {
  return kernel_cmdline_decoder.sniff(head_of(text, name));
}

TEST(KernelCmdline, TakesTheReleaseFromTheImage) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 ro", "kernel.release = 6.1.0-18-amd64"},
      {"BOOT_IMAGE=(hd0,gpt2)/vmlinuz-5.14.0-362.el9.x86_64 ro", "kernel.release = 5.14.0-362.el9.x86_64"},
      {"quiet initrd=\\EFI\\proxmox\\6.5.11-8-pve\\initrd.img-6.5.11-8-pve", "kernel.release = 6.5.11-8-pve"},
  };
  for (const auto& [line, fact] : rows) {
    EXPECT_THAT(facts_of(decode(line)), ElementsAre(HasSubstr("kernel.cmdline = "), HasSubstr(std::string(fact))))
        << line;
  }
}

TEST(KernelCmdline, NamesNoReleaseWhereTheImageHasNone) {
  for (const std::string_view line :
       {"BOOT_IMAGE=/vmlinuz ro", "BOOT_IMAGE=/boot/vmlinuz-linux ro", "root=/dev/sda1 ro"}) {
    EXPECT_THAT(facts_of(decode(line)), ElementsAre("1 kernel.cmdline = " + std::string(line)));
  }
}

TEST(KernelCmdline, KeepsTheFirstOfTwoLines) {
  const model::Case c = decode("\nBOOT_IMAGE=/vmlinuz quiet\n\nBOOT_IMAGE=/vmlinuz debug\n");
  EXPECT_THAT(facts_of(c), ElementsAre("2 kernel.cmdline = BOOT_IMAGE=/vmlinuz quiet"));
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("4 a second line")));
}

TEST(KernelCmdline, ClaimsOneLineOfParameters) {
  EXPECT_EQ(claim("BOOT_IMAGE=/vmlinuz \"odd"), Claim::Certain);
  EXPECT_EQ(claim("root=/dev/sda1 ro quiet"), Claim::Certain);
  EXPECT_EQ(claim("node-a# cat\n# cat /proc/cmdline\nquiet"), Claim::No);
  EXPECT_EQ(claim("# cat /proc/cmdline\nquiet splash\n"), Claim::Certain);
  EXPECT_EQ(claim("console=ttyS0 panic=1"), Claim::Likely);
  EXPECT_EQ(claim("quiet splash", "proc-cmdline"), Claim::Likely);
  for (const std::string_view text :
       {"", "quiet splash", "root=/dev/sda1 ro\nroot=/dev/sdb1 ro\n", "root: x",
        "measurement,root=a value=1 1465839830100400200", "the root=/dev/sda1 (see above)"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
