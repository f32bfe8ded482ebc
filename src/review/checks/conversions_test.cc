#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Conversions, BytesAreTheSizeThatIsNamed) {
  expect_verdicts("size-mismatch",
                  {
                      {"We set zfs_arc_max=8589934592, four gigabytes.", true},
                      {"```\noptions zfs zfs_arc_max=17179869184\n```\n\nEight gigabytes are enough.", true},
                      {"Mit zfs_arc_max=4294967296 (8 GiB) war Ruhe.", true},
                      {"We set zfs_arc_max=8589934592, eight gigabytes.", false},
                      {"```\noptions zfs zfs_arc_max=17179869184\n```\n\nSixteen gigabytes are enough.", false},
                      {"Mit zfs_arc_max=4294967296 (4 GiB) war Ruhe.", false},
                      {"MemTotal is 98,304,000 kB, that is 98.3 GiB.", true},
                      {"MemTotal is 98,304,000 kB, that is 93.75 GiB.", false},
                      {"The three need 20 GiB (18,432 MiB).", true},
                      {"The three need 18 GiB (18,432 MiB).", false},
                      {"The host has 64 GB (62.7 GiB usable).", false},
                      {"The host has 64 GB (62.7 GiB).", false},
                      {"The event has size=65536 is 65 KiB.", true},
                      {"The event has size=65536, which is read as: size=65536 = 64 KiB.", false},
                  });
}

TEST(Conversions, HexadecimalNumbersAreWhatIsSaid) {
  expect_verdicts("number-mismatch", {
                                         {"The offset 0x40 is 40 bytes.", true},
                                         {"Die Adresse 0x28 (28) ist ein Feld der Struktur.", true},
                                         {"`+0x1c/0x90` says: 28 bytes into a function of 140 bytes.", true},
                                         {"The offset 0x40 is 64 bytes.", false},
                                         {"Die Adresse 0x28 (40) ist ein Feld der Struktur.", false},
                                         {"`+0x1c/0x90` says: 28 bytes into a function of 144 bytes.", false},
                                         {"exit status 0x0200 (2)", false},
                                     });
}

}  // namespace
}  // namespace inquest::review
