#include "record/config.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace inquest::record {
namespace {

std::string error_of(std::string_view toml) {
  Config config;
  const auto loaded = config.load(toml, "inquest.toml");
  return loaded ? "" : loaded.error().text();
}

TEST(Config, TakesTheFileOverTheDefaultsAndFlagsOverTheFile) {
  Config config;
  EXPECT_EQ(config.general().duration("retain"), 30 * kDay);
  ASSERT_TRUE(config.load("retain = \"12h\"\nmax-disk = \"10GiB\"\n", "inquest.toml"));
  EXPECT_EQ(config.general().duration("retain"), 12 * kHour);
  EXPECT_EQ(config.general().size("max-disk"), uint64_t{10} << 30U);
  ASSERT_TRUE(config.set("retain", "500ms"));
  EXPECT_EQ(config.general().duration("retain"), 500 * kMilli);
  EXPECT_EQ(config.general().size("max-disk"), uint64_t{10} << 30U);
}

TEST(Config, SaysFileAndLineOfWhatItCannotTake) {
  EXPECT_EQ(error_of("\n\nretain = \"30 moons\"\n"),
            "inquest.toml:3: retain: \"30 moons\" is no duration; write 500ms, 10s, 5m, 12h or 30d");
  EXPECT_EQ(error_of("max-disk = \"99999999TiB\""),
            "inquest.toml:1: max-disk: \"99999999TiB\" is no size; write 64MiB, 500MB, or bytes");
  EXPECT_EQ(error_of("data = 1.5"), "inquest.toml:1: data has a value of a type that it can't have");
  EXPECT_EQ(error_of("data = [\"a\", \"b\"]"), "inquest.toml:1: data: is one value, not a list");
  EXPECT_EQ(error_of("\nretian = \"1d\"").substr(0, 58), "inquest.toml:2: there is no setting retian; there are data");
  EXPECT_EQ(error_of("\n[htp]\n").substr(0, 43), "inquest.toml:2: there is no section [htp]; ");
  EXPECT_EQ(error_of("data = \"a\"\ndata = \"b\"").substr(0, 15), "inquest.toml:2:");
}

TEST(Config, ReadsItsFile) {
  const TempFolder folder;
  Config config;
  ASSERT_TRUE(config.load(folder.write("a.toml", "data = \"/srv/x\"")));
  EXPECT_EQ(config.data_folder(), "/srv/x");
  const auto missing = config.load(folder.path("none.toml"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text().find("none.toml"), std::string::npos);
}

TEST(Config, KnowsNoOtherFlags) {
  Config config;
  EXPECT_EQ(config.set("dta", "x").error().code, ErrorCode::NotFound);
  EXPECT_EQ(config.set("retain", "x").error().text(),
            "--retain: \"x\" is no duration; write 500ms, 10s, 5m, 12h or 30d");
}

TEST(Config, HasADefaultForEverySettingOfEveryListener) {
  Config config;  // throws where one does not parse
  for (const SettingGroup& group : setting_groups()) {
    for (const Setting& setting : group.settings) {
      EXPECT_FALSE(setting.help.empty()) << group.name << "." << setting.name;
      EXPECT_TRUE(config.set(flag_name(group, setting), setting.standard))
          << group.name << "." << setting.name << " = " << setting.standard;
    }
  }
}

TEST(Config, WritesItsDefaultsAsAFileThatItReads) {
  std::string text = commented_defaults();
  Config config;
  ASSERT_TRUE(config.load(text, "commented"));
  size_t settings = 0;
  for (size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1)) {
    if (text[at + 2] == ' ') continue;
    text.erase(at + 1, 1);
    ++settings;
  }
  const auto loaded = config.load(text, "defaults");
  ASSERT_TRUE(loaded) << loaded.error().text() << "\n" << text;
  size_t declared = 0;
  for (const SettingGroup& group : setting_groups()) declared += group.settings.size();
  EXPECT_EQ(settings, declared);
}

}  // namespace
}  // namespace inquest::record
