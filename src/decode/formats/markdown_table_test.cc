#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder markdown_table_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(markdown_table_decoder, text, "runs.md"); }

TEST(MarkdownTable, GivesAFactForEachRowInAnyLanguage) {
  const model::Case c = read(
      "## Läufe\n\n| Größe | `serial` | Ergebnis |\n|---|:-:|---|\n| 2G | nein | ✅ läuft |\n"
      "| 20G | nein | ❌ Panic \\| Stillstand |\n");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].key, "table.row");
  EXPECT_EQ(c.facts[0].value, "Läufe: Größe = 2G; `serial` = nein; Ergebnis = ✅ läuft");
  EXPECT_EQ(c.facts[1].value, "Läufe: Größe = 20G; `serial` = nein; Ergebnis = ❌ Panic | Stillstand");
  EXPECT_EQ(c.facts[1].cite.line, 6U);
}

TEST(MarkdownTable, LocatesRowsThatDoNotFit) {
  const model::Case c = read("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| 1 |\n");
  EXPECT_EQ(c.facts.size(), 2U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 3U);
}

TEST(MarkdownTable, ClaimsNoReport) {
  const auto claim = [](std::string_view text) { return markdown_table_decoder.sniff({text, "x.md", true}); };
  EXPECT_EQ(claim("Some words.\nMore words.\n| a | b |\n|---|---|\n| 1 | 2 |\n"), Claim::No);
  EXPECT_EQ(claim("| a | b |\n| 1 | 2 |\n| 1 | 2 |\n"), Claim::No);
  EXPECT_EQ(claim("+---+\n| a |\n+---+\n"), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
