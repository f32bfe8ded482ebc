#include "experiment/words.h"

#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

TEST(Words, SayHowARunEnded) {
  struct Case {
    std::string_view text;
    std::optional<Outcome> outcome;
  };
  const Case cases[] = {
      {"❌ Kernel Panic", Outcome::Fails},
      {"✅ Funktioniert (Glück)", Outcome::Clean},
      {"✔️", Outcome::Clean},
      {"no panic", Outcome::Clean},
      {"kein Absturz", Outcome::Clean},
      {"did not boot", Outcome::Fails},
      {"startet nicht", Outcome::Fails},
      {"funktioniert leider nicht", Outcome::Fails},
      {"läuft, hängt nicht", Outcome::Clean},
      {"doesn't even boot", Outcome::Fails},
      {"boots, then panics", Outcome::Fails},
      {"works (no panic)", Outcome::Clean},
      {"ABGESTÜRZT", Outcome::Fails},
      {"échec", Outcome::Fails},
      {"ne plante pas", Outcome::Clean},
      {"ne démarre pas", Outcome::Fails},
      {"паника", Outcome::Fails},
      {"РАБОТАЕТ", Outcome::Clean},
      {"正常", Outcome::Clean},
      {"不正常", Outcome::Fails},
      {"起動しない", Outcome::Fails},
      {"yes", std::nullopt},
      {"", std::nullopt},
      {"pcie_aspm=off", std::nullopt},
      {"timeout after 60 s", Outcome::Fails},
      {"**OK**", Outcome::Clean},
  };
  for (const Case& c : cases) EXPECT_EQ(outcome_of(c.text), c.outcome) << c.text;
}

TEST(Words, SayYesAndNoInManyLanguages) {
  for (const auto* yes :
       {"yes", "Ja", "OUI", "x", "X", "+", "on", "✅", "да", "はい", "`yes`", "true", "Sí", "ja (COM1)"})
    EXPECT_EQ(truth_of(yes), true) << yes;
  for (const auto* no : {"no", "Nein", "non", "-", "–", "off", "❌", "нет", "いいえ", "FALSE", "ohne"})
    EXPECT_EQ(truth_of(no), false) << no;
  for (const auto* neither : {"", "20G", "maybe", "yesterday", "xfs"}) EXPECT_FALSE(truth_of(neither)) << neither;
}

TEST(Words, TellHeadingsOfResultsFromSettingsWithTheSameWord) {
  struct Case {
    std::string_view text;
    Heading heading;
  };
  const Case cases[] = {
      {"Result", Heading::Outcome},
      {"Ergebnis", Heading::Outcome},
      {"Résultat", Heading::Outcome},
      {"Panic?", Heading::Failure},
      {"Absturz", Heading::Failure},
      {"boots", Heading::Success},
      {"panic_on_oops", Heading::Other},
      {"panic=10", Heading::Other},
      {"boot disk", Heading::Other},
      {"#", Heading::Index},
      {"Läufe", Heading::Runs},
      {"crashes", Heading::Failures},
      {"¿arranca?", Heading::Success},
      {"exit status", Heading::Outcome},
      {"Datum", Heading::Time},
      {"Bemerkung", Heading::Note},
      {"kernel version", Heading::Name},
      {"serial_device", Heading::Other},
      {"davon abgestürzt", Heading::Failures},
      {"of which clean", Heading::Cleans},
  };
  for (const Case& c : cases) EXPECT_EQ(heading_of(c.text), c.heading) << c.text;
}

TEST(Words, KeepTheRemarkApart) {
  EXPECT_EQ(split_remark("20G (resized (later))").value, "20G");
  EXPECT_EQ(split_remark("20G (resized (later))").remark, "resized (later)");
  EXPECT_EQ(split_remark("(only this)").value, "(only this)");
  EXPECT_EQ(split_remark("a) b (c").value, "a) b (c");
}

TEST(Words, FoldCapitalsAndMarks) {
  EXPECT_EQ(fold("  **Größe**\u00a0 GESAMT "), "größe gesamt");
  EXPECT_EQ(fold("ŁĘŻ ИЙ ΑΩ"), "łęż ий αω");
  EXPECT_EQ(fold("\xff\xfe"), fold("\xff\xfe"));
}

}  // namespace
}  // namespace inquest::experiment
