#include "app/nearest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::app {
namespace {

const std::vector<std::string> kNames = {"core", "crash", "examine", "formats", "help", "journal"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("exmaine", kNames), "examine");
  EXPECT_EQ(nearest("examin", kNames), "examine");
  EXPECT_EQ(nearest("exam", kNames), "examine");
  EXPECT_EQ(nearest("carsh", kNames), "crash");
  EXPECT_EQ(nearest("format", kNames), "formats");
  EXPECT_EQ(nearest("hlep", kNames), "help");
}

TEST(Nearest, GuessesNothingFarFetched) {
  EXPECT_EQ(nearest("frobnicate", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest("xy", kNames), std::nullopt);
  EXPECT_EQ(nearest(std::string(1 << 20, 'e'), kNames), std::nullopt);
}

TEST(Nearest, AsksOnlyWhereItHasAGuess) {
  EXPECT_EQ(did_you_mean("jurnal", kNames), "; did you mean journal?");
  EXPECT_EQ(did_you_mean("zzz", kNames), "");
}

}  // namespace
}  // namespace inquest::app
