#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder transcript_decoder;

namespace {

constexpr std::string_view kSession =
    "root@node-a:~# uptime\n 23:41:07 up 21 min,  1 user,  load average: 0.52, 0.58, 0.59\n"
    "root@node-a:~# ls\nnotes.txt\n"
    "root@node-a:~# free -m\n               total        used        free\nMem:           64211       58112         "
    "812\n";

model::Case read(std::string_view text) { return testing::decode_with(transcript_decoder, text, "session.txt"); }

Claim claim(std::string_view text) { return transcript_decoder.sniff(testing::head_of(text, "x")); }

TEST(Transcript, GivesEachCommandsOutputToItsDecoderAndCitesTheWhole) {
  const model::Case c = read(kSession);
  const auto memory = std::ranges::find(c.facts, "free.mem.total", &model::Fact::key);
  ASSERT_NE(memory, c.facts.end());
  EXPECT_EQ(memory->value, "64211Mi") << "its decoder sees the command";
  EXPECT_EQ(memory->cite.line, 7U);
  EXPECT_EQ(kSession.substr(memory->cite.offset, 4), "Mem:");
  EXPECT_EQ(c.str(memory->host), "node-a");
}

TEST(Transcript, SaysWhichOutputItDoesNotUnderstand) {
  const model::Case c = read(kSession);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].message, "the output of ls is not understood");
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 3U);
}

TEST(Transcript, IsWhatTwoDecodersClaimPartsOf) {
  EXPECT_EQ(claim(kSession), Claim::Composed);
  EXPECT_EQ(claim("root@a:~# uptime\n 23:41:07 up 21 min,  1 user,  load average: 0.52, 0.58, 0.59\nroot@a:~# ls\nx\n"),
            Claim::No)
      << "one of them only";
  EXPECT_EQ(claim("# a comment of a file\nvm.swappiness = 10\n\n# another\nkernel.panic = 10\n"), Claim::No);
}

TEST(Transcript, NamesTheHostWhereThereIsOne) {
  const auto host = [](std::string_view text) {
    const model::Case c = read(text);
    const auto found = std::ranges::find(c.facts, "host", &model::Fact::key);
    return found == c.facts.end() ? std::string() : found->value;
  };
  EXPECT_EQ(host(kSession), "node-a");
  EXPECT_EQ(host("root@node-a:~# ls\nroot@node-b:~# ls\n"), "") << "two hosts in one session";
}

}  // namespace
}  // namespace inquest::decode
