#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder pstore_listing_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(pstore_listing_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text, std::string_view name = "evidence1.txt") {
  return pstore_listing_decoder.sniff(head_of(text, name));
}

TEST(PstoreListing, ReadsEachTimeStyleOfLs) {
  const std::string_view rows[] = {
      "-r--r--r-- 1 root root 1800 Mar 11 04:02 dmesg-erst-7123",
      "-r--r--r--  1 root root   1800 Mar  1  2025 dmesg-erst-7123",
      "-r--r--r--. 1 root root 1800 2026-03-11 04:02 dmesg-erst-7123",
      "-r--r--r--+ 1 root root 1800 2026-03-11 04:02:07.000000000 -0800 dmesg-erst-7123",
      "-r--r--r-- 1 root root 1.8K 03-11 04:02 dmesg-erst-7123",
      "-r--r--r-- 1 root root 1800 Mar 11 04:02 /sys/fs/pstore/dmesg-erst-7123",
      "dmesg-erst-7123",
      "./dmesg-erst-7123",
  };
  for (const std::string_view row : rows) {
    EXPECT_EQ(claim(row), Claim::Certain) << row;
    EXPECT_THAT(facts_of(decode(row)), ElementsAre("1 pstore.entries = 1", "1 pstore.entry = dmesg-erst-7123")) << row;
  }
}

TEST(PstoreListing, TakesSilenceAfterTheCommandAsEmpty) {
  for (const std::string_view text :
       {"# ls /sys/fs/pstore/\n", "$ sudo ls -la /sys/fs/pstore\ntotal 0\n", "find /sys/fs/pstore -type f\n",
        "# ls /sys/fs/pstore/*\nls: cannot access '/sys/fs/pstore/*': No such file or directory\n",
        "/sys/fs/pstore:\ntotal 0\n", "# ls /sys/fs/pstore\n# Result: nothing\n"}) {
    const model::Case c = decode(text);
    EXPECT_EQ(claim(text), Claim::Certain) << text;
    ASSERT_EQ(c.facts.size(), 2U) << text;
    EXPECT_EQ(c.facts[0].value, "/sys/fs/pstore") << text;
    EXPECT_EQ(c.facts[1].key + "=" + c.facts[1].value, "pstore.entries=0") << text;
  }
}

TEST(PstoreListing, SaysNothingOfADirectoryThatCouldNotBeListed) {
  const model::Case c = decode(
      "root@node-a:~# ls /sys/fs/pstore /var/lib/systemd/pstore\n"
      "ls: cannot open directory '/sys/fs/pstore': Permission denied\n"
      "ls: cannot access '/var/lib/systemd/pstore': No such file or directory\n");
  EXPECT_THAT(facts_of(c), ElementsAre("3 node-a: pstore.missing = /var/lib/systemd/pstore"));
  EXPECT_THAT(problems_of(c), ElementsAre("2 /sys/fs/pstore could not be listed: try again as root"));
}

TEST(PstoreListing, CountsFilesOfFindNotFolders) {
  EXPECT_THAT(facts_of(decode("/var/lib/systemd/pstore\n/var/lib/systemd/pstore/17\n/var/lib/systemd/pstore/17/001\n"
                              "/var/lib/systemd/pstore/17/001/dmesg.txt\n/var/lib/systemd/pstore/17/002/dmesg.txt\n")),
              ElementsAre("1 pstore.directory = /var/lib/systemd/pstore", "1 pstore.entries = 2",
                          "4 pstore.entry = 17/001/dmesg.txt", "5 pstore.entry = 17/002/dmesg.txt"));
}

TEST(PstoreListing, DoesNotReadTheOutputOfOtherCommands) {
  const std::string_view text =
      "node@node-a:~$ ls /sys/fs/pstore | wc -l\n0\nnode@node-a:~$ ls /sys/fs/pstore\n"
      "node@node-a:~$ ls /tmp\ndmesg-erst-1\ntotal 9\n";
  const model::Case c = decode(text);
  EXPECT_THAT(facts_of(c), ElementsAre("3 node-a: pstore.directory = /sys/fs/pstore", "3 node-a: pstore.entries = 0"));
  EXPECT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].count, 2U);
  EXPECT_EQ(claim("# ls /sys/fs/pstore\n[    0.000000] Linux version 6.1.0\n"), Claim::Fallback);
}

TEST(PstoreListing, TakesNoWordForAnEntry) {
  const model::Case c = decode("# ls /sys/fs/pstore\nempty\n");
  EXPECT_THAT(facts_of(c), ElementsAre("1 pstore.directory = /sys/fs/pstore", "1 pstore.entries = 0"));
  EXPECT_THAT(problems_of(c), ElementsAre("2 not part of a listing"));
}

TEST(PstoreListing, KnowsAnyEmptyListingOnlyByItsFilesName) {
  const std::string_view empty =
      "total 0\ndrwxr-x--- 2 root root 0 Mar 11 18:53 .\ndrwxr-xr-x 10 root root 0 Mar 11 18:53 ..\n";
  EXPECT_EQ(claim(empty), Claim::No);
  EXPECT_EQ(claim(empty, "pstore-listing.txt"), Claim::Likely);
  EXPECT_EQ(claim("total 0\n", "PSTORE"), Claim::Likely);
  EXPECT_EQ(claim("nothing here\n", "pstore-listing.txt"), Claim::No);
  EXPECT_EQ(claim("total 4\n-rw-r--r-- 1 a a 9 Mar 11 18:53 dmesg-post-reboot.log\n"), Claim::No);
}

TEST(PstoreListing, CountsBeyondWhatItNames) {
  std::string text = "/sys/fs/pstore\n";
  for (int i = 0; i < 10'050; ++i) text += "/sys/fs/pstore/dmesg-erst-" + std::to_string(i) + "\n";
  const model::Case c = decode(text);
  EXPECT_EQ(c.facts.size(), 2U + 10'000U);
  EXPECT_EQ(c.facts[1].value, "10050");
  EXPECT_EQ(problems_of(c).size(), 1U);
}

}  // namespace
}  // namespace inquest::decode
