#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder modprobe_conf_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(modprobe_conf_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text) { return modprobe_conf_decoder.sniff(head_of(text, "evidence1.txt")); }

TEST(ModprobeConf, GivesAFactForEachStatement) {
  EXPECT_THAT(
      facts_of(decode("options\tkvm  ignore_msrs=1 \nblacklist nouveau trailing words\n  softdep a pre: b post: c\n"
                      "weakdep a b\nremove a /bin/true\n")),
      ElementsAre("1 modprobe.options = kvm ignore_msrs=1", "2 modprobe.blacklist = nouveau",
                  "3 modprobe.softdep = a pre: b post: c", "4 modprobe.weakdep = a b",
                  "5 modprobe.remove = a /bin/true"));
}

TEST(ModprobeConf, JoinsContinuedLines) {
  const model::Case c = decode("options \\\n  vfio-pci \\\n\tids=10de:1,\\\n10de:2\nblacklist a\\\nb");
  EXPECT_THAT(facts_of(c), ElementsAre("1 modprobe.options = vfio-pci ids=10de:1,10de:2", "5 modprobe.blacklist = ab"));
  EXPECT_EQ(c.facts[1].cite.offset + c.facts[1].cite.length, c.evidence[0].bytes);
}

TEST(ModprobeConf, SaysWhatModprobeWouldIgnore) {
  const model::Case c = decode("options kvm\nblacklist\nfoo bar\n# a comment\n");
  EXPECT_THAT(facts_of(c), IsEmpty());
  EXPECT_THAT(problems_of(c), ElementsAre("1 not a statement that modprobe knows: \"options kvm\"",
                                          "2 not a statement that modprobe knows: \"blacklist\"",
                                          "3 not a statement that modprobe knows: \"foo bar\""));
}

TEST(ModprobeConf, PassesOverWhatStandsBetweenFiles) {
  const model::Case c = decode(
      "root@node-a:~# head -n 99 /etc/modprobe.d/*\n==> /etc/modprobe.d/a.conf <==\nblacklist a\n\n"
      "==> /etc/modprobe.d/b.conf <==\nblacklist b\nroot@node-a:~#\n");
  EXPECT_THAT(facts_of(c), ElementsAre("3 node-a: modprobe.blacklist = a", "6 node-a: modprobe.blacklist = b"));
  EXPECT_THAT(problems_of(c), IsEmpty());
}

TEST(ModprobeConf, TellsStatementsFromProse) {
  for (const std::string_view text : {"blacklist nouveau\n", "options \\\nkvm a=1\n", "# c\ninstall a /bin/true\n"}) {
    EXPECT_EQ(claim(text), Claim::Certain) << text;
  }
  EXPECT_EQ(claim("blacklist a\nblacklist b\nblacklist c\nblacklist d\nbroken line\n"), Claim::Likely);
  for (const std::string_view text :
       {"", "# only a comment\n", "options for the weekend\n", "install the new kernel\n",
        "nameserver 1.1.1.1\noptions edns0=1 trust-ad\n", "alias ll='ls -l' and more\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
