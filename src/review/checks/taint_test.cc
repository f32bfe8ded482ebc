#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;
using testing::ids_of;

TEST(Taint, LettersHaveToMeanWhatTheKernelMeans) {
  expect_verdicts("taint-U", {
                                 {"Taint flags:\n\n- `U` - unsupported hardware\n- `W` - a warning\n", true},
                                 {"Taint-Flags:\n\n- U: unbekanntes Modul\n", true},
                                 {"| Taint | Meaning |\n|---|---|\n| U | unofficial build |\n", true},
                                 {"Taint flags:\n\n- `U` - requested by userspace\n", false},
                                 {"| Taint | Meaning |\n|---|---|\n| U | set by a user space program |\n", false},
                                 {"Ports:\n\n- U - uplink\n", false},
                             });
  expect_verdicts("taint-W", {
                                 {"The kernel was tainted: W = watchdog fired.", true},
                                 {"Tainted G W, where W means wireless driver.", true},
                                 {"Taint W steht für Wiederherstellung.", true},
                                 {"The kernel was tainted: W = a warning was issued.", false},
                                 {"Tainted G W, where W means that a WARN was hit.", false},
                                 {"Taint W steht für eine Warnung.", false},
                                 {"\"Tainted: G W\" means that only GPL modules are loaded.", false},
                             });
}

TEST(Taint, ListThatIsMeantToBeWholeHasToBe) {
  const std::string eight =
      "- P - proprietary module\n- F - force loaded\n- R - force unloaded\n- M - machine check\n- B - bad page\n"
      "- D - oops\n- W - warning\n- O - out-of-tree\n";
  EXPECT_TRUE(ids_of("Taint flags:\n\n" + eight).contains("taint-letters-missing"));
  EXPECT_FALSE(ids_of("The most common taint flags:\n\n" + eight).contains("taint-letters-missing"));
  EXPECT_FALSE(ids_of("Taint flags:\n\n- P - proprietary module\n").contains("taint-letters-missing"));
  EXPECT_FALSE(ids_of("Die häufigsten Taint-Flags:\n\n" + eight).contains("taint-letters-missing"));
}

TEST(Taint, LettersAreExplainedInManyWays) {
  expect_verdicts(
      "taint-P", {
                     {"Der Kernel war mit `P` und `O` markiert. `P` heißt, dass er eine Panik hatte.", true},
                     {"Der Kernel war mit `P` und `O` markiert. `P` heißt, dass ein proprietäres Modul da war.", false},
                     {"Tainted P, O and E: a panic, an out-of-tree and an unsigned module.", true},
                     {"Tainted P, O and E: a proprietary, an out-of-tree and an unsigned module.", false},
                 });
  expect_verdicts("taint-E",
                  {
                      {"Taint: `O` says that an out-of-tree module is loaded, `E` an error in hardware.", true},
                      {"Taint: `O` says that an out-of-tree module is loaded, `E` an unsigned module.", false},
                  });
}

TEST(Taint, MasksHaveToBeTheirLetters) {
  expect_verdicts("taint-mask-mismatch",
                  {
                      {"The kernel's taint value is 4609 (P, W, E).", true},
                      {"tainted: 512 means O.", true},
                      {"Der Taint-Wert war 4096 (W).", true},
                      {"The kernel's taint value is 4609 (P, W, O).", false},
                      {"tainted: 512 means W.", false},
                      {"Der Taint-Wert war 4096 (O).", false},
                      {"Taint-Wert 4097 heißt P und E.", true},
                      {"Taint-Wert 4097 heißt P und O.", false},
                      {"A taint of 4609 = 4096 + 512 + 1: out-of-tree, machine check, "
                       "proprietary module.",
                       true},
                      {"A taint of 4609 = 4096 + 512 + 1: out-of-tree, warning, proprietary "
                       "module.",
                       false},
                      {"| day | taint |\n|---|---|\n| 1 | 8193 |\n\n8193 = 8192 + 1: out-of-tree "
                       "module, proprietary module.",
                       true},
                      {"taint 12289 (PEO).", false},
                  });
}

}  // namespace
}  // namespace inquest::review
