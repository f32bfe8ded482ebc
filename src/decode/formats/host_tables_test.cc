// Tables that say how a host was when somebody looked: what is kept of damaged ones, and whose they are not.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {
namespace {

// What the decoder of the highest claim makes of it.
struct Read {
  std::string decoder;
  model::Case c;
};
Read read(std::string_view text) {
  Read out;
  const Decoder* decoder = choose(testing::head_of(text, "x"));
  if (decoder == nullptr) return out;
  out.decoder = decoder->name;
  out.c = testing::decode_with(*decoder, text, "x");
  return out;
}

size_t count(const Read& read, std::string_view key) {
  size_t out = 0;
  for (const model::Fact& fact : read.c.facts) out += fact.key == key ? 1U : 0U;
  return out;
}

TEST(HostTables, KeepTheRowsAroundADamagedOne) {
  struct Table {
    std::string_view text;
    std::string_view decoder;
    std::string_view key;
    size_t facts;
  };
  for (
      const Table& table : {
          Table{
              "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/a 1 1 1 1% /\n/dev/b 1\x1b[2J 1\n/dev/c 1 1 1 "
              "1% /c\n",
              "df", "df", 2},
          Table{
              "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0 0 0 0 ? S 0 0 init\nroot x\nroot 2 0 0 "
              "0 0 ? D 0 0 <b>sh</b>\n",
              "ps", "process", 2},
          Table{"Module                  Size  Used by\nzfs 1 1\n../../etc/passwd 1 1\nspl 2 2\n", "lsmod",
                "module.loaded", 2},
          Table{"MemTotal: 1 kB\nMemFree: 99999999999999999999999 kB\nMemAvailable: 1 kB\nSwapTotal: 3 kB\nDirty: 0 "
                "kB\nSlab: 0 kB\nCached: 1 kB\nActive: 1 kB\nInactive: 1 kB\nMapped: 1 kB\n",
                "meminfo", "meminfo.SwapTotal", 1},
      }) {
    const Read got = read(table.text);
    EXPECT_EQ(got.decoder, table.decoder);
    if (got.decoder != table.decoder) continue;
    EXPECT_EQ(count(got, table.key), table.facts) << table.text;
    EXPECT_EQ(got.c.evidence[0].status, model::Outcome::Partial) << table.text;
  }
}

TEST(HostTables, AreReadWithTheLineEndsOfAnotherSystem) {
  const Read got = read("               total        used        free\r\nMem: 3 2 1\nSwap: 1 0 1\r\n");
  EXPECT_EQ(got.decoder, "free");
  EXPECT_EQ(count(got, "free.swap.free"), 1U);
}

TEST(HostTables, AreNotProseThatNamesThem) {
  for (const std::string_view text : {
           "The Filesystem was full when we looked, see what was Mounted on /.\n",
           "USER said the PID of the COMMAND was 12\n",
           "total used free\nnothing else here\n",
           "Module Sizes are used by nobody\n",
       })
    EXPECT_EQ(read(text).decoder, "") << text;
}

TEST(HostTables, NameTheUnitThatWasAskedFor) {
  const Read got = read("root@node-a:~# LC_ALL=C free -g\n       total        used        free\nMem: 62 56 1\n");
  ASSERT_EQ(got.decoder, "free");
  ASSERT_GT(got.c.facts.size(), 1U);
  EXPECT_EQ(got.c.facts[0].value, "LC_ALL=C free -g");
  EXPECT_EQ(got.c.facts[1].value, "62Gi");
}

}  // namespace
}  // namespace inquest::decode
