// Archives and compressed files, through walk().
#include "evidence/unpacker.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "support/archive_builder.h"
#include "support/golden.h"
#include "support/temp_folder.h"
#include "support/walk_log.h"

namespace inquest::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Type = ArchiveEntry::Type;

class Unpacking : public ::testing::Test {
 protected:
  // The path by which `name` in the temporary folder is called.
  std::string at(std::string_view name) const { return folder_.path(name); }
  // Walks a file of that name and contents. Paths in the log begin with it.
  void walk_file(std::string_view name, std::string_view bytes, const Limits& limits = {}) {
    walk_into(log_, {folder_.write(name, bytes)}, limits);
  }
  // The calls without the folder's path.
  std::vector<std::string> calls() const {
    std::vector<std::string> out;
    out.reserve(log_.calls.size());
    const std::string prefix = folder_.path() + "/";
    for (std::string call : log_.calls) {
      for (size_t where = call.find(prefix); where != std::string::npos; where = call.find(prefix)) {
        call.erase(where, prefix.size());
      }
      out.push_back(call);
    }
    return out;
  }
  std::string content(std::string_view path) const {
    const auto* item = log_.find(at(path));
    return item == nullptr ? "no such item" : item->content;
  }

  TempFolder folder_;
  WalkLog log_;
};

TEST_F(Unpacking, OpensEveryFormatByItsContent) {
  const std::vector<ArchiveEntry> entries = {{"b/two.log", "two\n", Type::File, 1'700'000'000}, {"a.log", "one\n"}};
  for (const char* format : {"ustar", "pax", "gnutar", "v7tar", "newc", "odc", "zip"}) {
    WalkLog log;
    const std::string path = folder_.write("evidence", make_archive(format, entries));
    walk_into(log, {path});
    EXPECT_THAT(log.paths(), ElementsAre(path + "!/b/two.log", path + "!/a.log")) << format;
    ASSERT_EQ(log.items.size(), 2U) << format;
    EXPECT_EQ(log.items[0].content, "two\n") << format;
    EXPECT_EQ(log.items[0].modified, 1'700'000'000 * kSecond) << format;
    EXPECT_EQ(log.items[1].content, "one\n") << format;
    EXPECT_EQ(read_all(*log.items[1].source), "one\n") << format;
    EXPECT_EQ(log.refusal(path), "") << format;
  }
}

// tests/golden/walk holds what tar, cpio, ar, zip and the compressors wrote, and beginnings of it.
TEST_F(Unpacking, ReadsWhatOtherProgramsWrote) {
  const std::string folder = INQUEST_SOURCE_DIR "/tests/golden/walk/";
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".golden") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  ASSERT_GT(paths.size(), 20U);
  std::string told;
  for (const std::string& path : paths) {
    WalkLog log;
    walk_into(log, {path});
    size_t item = 0;
    for (std::string call : log.calls) {
      if (call.starts_with("item ")) {
        const WalkLog::Item& read = log.items[item++];
        const std::string_view line = read.content;
        call += fmt::format(", {} bytes, modified {}: {}", read.size, read.modified == 0 ? "?" : "known",
                            printable(line.substr(0, line.find('\n')).substr(0, 60)));
        if (!read.error.empty()) call += fmt::format(" ... {}", read.error);
      }
      call.replace(call.find(folder), folder.size(), "");
      told += call + '\n';
    }
  }
  EXPECT_TRUE(inquest::testing::matches_golden(folder + "told.golden", told));
}

TEST_F(Unpacking, OpensAPackageInAr) {
  walk_file("x.deb", make_archive("argnu", {{"debian-binary", "2.0\n"},
                                            {"data.tar.xz", compress("xz", make_archive("ustar", {{"a.log", "x"}}))}}));
  EXPECT_THAT(calls(), ElementsAre("container x.deb ar", "item x.deb!/debian-binary",
                                   "container x.deb!/data.tar.xz tar.xz", "item x.deb!/data.tar.xz!/a.log"));
}

TEST_F(Unpacking, ReadsACompressedFileUnderItsOwnName) {
  for (const char* filter : {"gzip", "xz", "zstd", "bzip2", "lz4"}) {
    WalkLog log;
    const std::string path = folder_.write("x.log", compress(filter, "one\ntwo\n"));
    walk_into(log, {path});
    EXPECT_THAT(log.calls, ElementsAre("item " + path)) << filter;
    EXPECT_EQ(log.items[0].content, "one\ntwo\n") << filter;
    EXPECT_EQ(read_all(*log.items[0].source), "one\ntwo\n") << filter;
  }
}

TEST_F(Unpacking, NamesTheCompressionOfAnArchive) {
  walk_file("x", compress("gzip", make_archive("ustar", {{"a.log", "x"}})));
  EXPECT_THAT(calls(), ElementsAre("container x tar.gz", "item x!/a.log"));
}

TEST_F(Unpacking, GoesThroughArchivesWithinArchives) {
  const std::string inner = compress("gzip", make_archive("ustar", {{"var/log/syslog", "x\n"}}));
  const std::string zip = make_archive("zip", {{"inner.tar.gz", inner}, {"note.txt.gz", compress("gzip", "hello\n")}});
  walk_file("o.tar.xz", compress("xz", make_archive("pax", {{"m.zip", zip}, {"z.log", "z\n"}})));
  EXPECT_THAT(calls(), ElementsAre("container o.tar.xz tar.xz",                       //
                                   "container o.tar.xz!/m.zip zip",                   //
                                   "container o.tar.xz!/m.zip!/inner.tar.gz tar.gz",  //
                                   "item o.tar.xz!/m.zip!/inner.tar.gz!/var/log/syslog",
                                   "item o.tar.xz!/m.zip!/note.txt.gz",  //
                                   "item o.tar.xz!/z.log"));
  EXPECT_EQ(content("o.tar.xz!/m.zip!/note.txt.gz"), "hello\n");
}

TEST_F(Unpacking, PassesOverWhatHasNoContents) {
  walk_file("x.tar", make_archive("pax", {{"d", "", Type::Folder},
                                          {"a.log", "x"},
                                          {"b.log", "a.log", Type::Symlink},
                                          {"c.log", "a.log", Type::Hardlink},
                                          {"f", "", Type::Fifo},
                                          {"empty.log", ""}}));
  EXPECT_THAT(calls(), ElementsAre("container x.tar tar", "item x.tar!/a.log", "item x.tar!/empty.log"));
}

TEST_F(Unpacking, ShowsHostileNamesAndTouchesNothing) {
  walk_file("x.tar", make_archive("pax", {{"../../escaped.log", "x"}, {"/tmp/absolute.log", "y"}, {"a\nb", "z"}}));
  EXPECT_THAT(calls(), ElementsAre("container x.tar tar", "item x.tar!/\\.\\./\\.\\./escaped.log",
                                   "item x.tar!/tmp/absolute.log", "item x.tar!/a\\x0ab"));
}

TEST_F(Unpacking, KeepsNamesBeyondAscii) {
  for (const char* format : {"pax", "zip"}) {
    WalkLog log;
    const std::string path = folder_.write("x", make_archive(format, {{"\xC3\xBC.log", "x"}}));
    walk_into(log, {path});
    EXPECT_THAT(log.paths(), ElementsAre(path + "!/\xC3\xBC.log")) << format;
    EXPECT_EQ(log.refusal(path), "") << format;
  }
}

TEST_F(Unpacking, SaysThatAnArchiveIsEmpty) {
  walk_file("x.tar", make_archive("ustar", {{"d", "", Type::Folder}}));
  EXPECT_THAT(calls(), ElementsAre("container x.tar tar", "refused x.tar (opened): holds no files"));
}

TEST_F(Unpacking, RefusesWhatItDoesNotOpen) {
  walk_file("x.7z", make_archive("7zip", {{"a.log", "x"}}));
  EXPECT_THAT(calls(), ElementsAre("refused x.7z: 7z archives are not opened: unpack it yourself and give the folder"));
}

TEST_F(Unpacking, RefusesEncryptedMembersAndReadsTheOthers) {
  const std::vector<ArchiveEntry> secret = {{"secret.log", "x\n"}};
  walk_file("x.zip", make_archive("zip", secret, "password"));
  EXPECT_THAT(calls(), ElementsAre("container x.zip zip",
                                   "refused x.zip!/secret.log: is encrypted: unpack it yourself "
                                   "and give the folder"));
}

TEST_F(Unpacking, KeepsMembersBeforeATruncatedTail) {
  const std::string first(3'000, 'a');
  const std::string second(3'000, 'b');
  std::string tar = make_archive("ustar", {{"first.log", first}, {"second.log", second}, {"third.log", "c"}});
  tar.resize(512 + 3'072 + 512 + 1'000);
  walk_file("x.tar", tar);
  EXPECT_THAT(log_.paths(), ElementsAre(at("x.tar!/first.log"), at("x.tar!/second.log")));
  EXPECT_EQ(content("x.tar!/first.log"), first);
  EXPECT_EQ(content("x.tar!/second.log"), second.substr(0, 1'000));
  EXPECT_THAT(log_.items[1].error, HasSubstr("byte 1000: the tar archive is damaged or cut off"));
  EXPECT_THAT(log_.refusal(at("x.tar")), HasSubstr("(2 files before that)"));
}

TEST_F(Unpacking, KeepsMembersBeforeATruncatedTailOfACompressedArchive) {
  std::string noise;
  for (uint64_t i = 0; noise.size() < 300'000; ++i) noise += fmt::format("{}\n", i * i * 2654435761 % 1000003);
  std::string bytes =
      compress("gzip", make_archive("ustar", {{"first.log", "x\n"}, {"second.log", noise}, {"third.log", "y\n"}}));
  bytes.resize(bytes.size() / 2);
  walk_file("x.tar.gz", bytes);
  EXPECT_EQ(content("x.tar.gz!/first.log"), "x\n");
  const std::string half = content("x.tar.gz!/second.log");
  EXPECT_GT(half.size(), 100'000U);
  EXPECT_TRUE(noise.starts_with(half));
  EXPECT_THAT(log_.items[1].error, HasSubstr("gzip data is cut off"));
  EXPECT_THAT(log_.refusal(at("x.tar.gz")), HasSubstr("gzip data is cut off"));
  EXPECT_EQ(read_all(*log_.items[1].source), half);
}

TEST_F(Unpacking, GoesOnBehindADamagedHeaderOfATar) {
  for (const size_t damaged : {size_t{0}, size_t{1024}}) {
    WalkLog log;
    std::string tar = make_archive("ustar", {{"first.log", "1\n"}, {"second.log", "2\n"}, {"third.log", "3\n"}});
    tar[damaged] ^= 0x20;
    const std::string path = folder_.write("x.tar", tar);
    walk_into(log, {path});
    EXPECT_THAT(log.paths(), ElementsAre(path + (damaged == 0 ? "!/second.log" : "!/first.log"), path + "!/third.log"));
    EXPECT_THAT(log.refusal(path), HasSubstr("a header in the archive is damaged")) << damaged;
  }
}

TEST_F(Unpacking, GoesOnBehindZerosInATar) {
  std::string tar = make_archive("ustar", {{"first.log", "1\n"}, {"second.log", "2\n"}, {"third.log", "3\n"}});
  tar.replace(1024, 1024, 1024, '\0');
  walk_file("x.tar", tar);
  EXPECT_THAT(log_.paths(), ElementsAre(at("x.tar!/first.log"), at("x.tar!/third.log")));
}

TEST_F(Unpacking, GoesOnBehindADamagedMemberOfAZip) {
  std::string noise;
  for (uint64_t i = 0; noise.size() < 30'000; ++i) noise += fmt::format("{}\n", i * i * 2654435761 % 1000003);
  std::string zip = make_archive("zip", {{"first.log", "1\n"}, {"second.log", noise}, {"third.log", "3\n"}});
  // Block type 3 does not exist: the last bits of a byte of 0xFF are one sooner or later.
  zip.replace(10'000, 200, 200, '\xFF');
  walk_file("x.zip", zip);
  EXPECT_THAT(log_.paths(), ElementsAre(at("x.zip!/first.log"), at("x.zip!/second.log"), at("x.zip!/third.log")));
  EXPECT_NE(log_.items[1].error, "");
  EXPECT_TRUE(noise.starts_with(content("x.zip!/second.log").substr(0, 1'000)));
  EXPECT_GT(log_.items[1].size, 10'000U);
  EXPECT_EQ(content("x.zip!/third.log"), "3\n");
}

TEST_F(Unpacking, ReadsATruncatedZipFromItsFront) {
  std::string zip = make_archive("zip", {{"first.log", "1\n"}, {"second.log", std::string(5'000, 'b')}});
  zip.resize(zip.size() - 100);  // in the directory
  walk_file("x.zip", zip);
  EXPECT_EQ(content("x.zip!/first.log"), "1\n");
  EXPECT_EQ(content("x.zip!/second.log"), std::string(5'000, 'b'));
}

TEST_F(Unpacking, StopsABombAndReadsTheRest) {
  const std::string zeros(200 << 20, '\0');
  const std::string bomb = compress("gzip", zeros);
  folder_.write("a.log", "a\n");
  folder_.write("bomb.gz", bomb);
  folder_.write("bombs.zip", make_archive("zip", {{"b.log", "b\n"}, {"bomb.log", zeros}, {"c.log", "c\n"}}));
  folder_.write("d.log", "d\n");
  log_.keep_content = 16;
  walk_into(log_, {folder_.path()});
  EXPECT_THAT(calls(),
              ElementsAre("item a.log", "item bomb.gz", "container bombs.zip zip", "item bombs.zip!/b.log",
                          "item bombs.zip!/bomb.log", HasSubstr("refused bombs.zip (opened): "), "item d.log"));
  const auto* item = log_.find(at("bomb.gz"));
  EXPECT_THAT(item->error, HasSubstr("expands to more than 200 times its size, which is the limit"));
  EXPECT_LT(item->size, 70U << 20);
  EXPECT_THAT(log_.refusal(at("bombs.zip")), HasSubstr("bombs.zip expands to more than 200 times"));
}

TEST_F(Unpacking, StopsABombOfManyNestedContainersAsAWhole) {
  // Each of them alone stays below the free 64 MiB.
  const std::string part = make_archive("zip", {{"zeros.log", std::string(32 << 20, '\0')}});
  std::vector<ArchiveEntry> parts(16);
  for (size_t i = 0; i < parts.size(); ++i) parts[i] = {fmt::format("{}.zip", i), part};
  walk_file("x.tar.xz", compress("xz", make_archive("ustar", parts)));
  EXPECT_THAT(log_.refusal(at("x.tar.xz")), HasSubstr("x.tar.xz expands to more than 200 times"));
  EXPECT_LE(log_.items.size(), 4U);
}

TEST_F(Unpacking, RefusesWhatLiesTooDeep) {
  Limits limits;
  limits.container_depth = 3;
  std::string nested = "x\n";
  for (int i = 0; i < 5; ++i) nested = make_archive("ustar", {{"n", nested}, {"z.log", "z\n"}});
  walk_file("x", nested, limits);
  EXPECT_THAT(calls(), ElementsAre("container x tar", "container x!/n tar", "container x!/n!/n tar",
                                   "refused x!/n!/n!/n: archives within archives go deeper than 3 levels, which is the "
                                   "limit: unpack it yourself and give the folder",
                                   "item x!/n!/n!/z.log", "item x!/n!/z.log", "item x!/z.log"));
}

TEST_F(Unpacking, StopsAtTheLimitOfFiles) {
  Limits limits;
  limits.items = 4;
  std::vector<ArchiveEntry> entries(10);
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = {fmt::format("{}.log", i), "x"};
  folder_.write("a.tar", make_archive("ustar", entries));
  folder_.write("b.log", "b\n");
  walk_into(log_, {folder_.path(), at("b.log")}, limits);
  EXPECT_EQ(log_.items.size(), 3U);  // the archive itself is the fourth
  for (const std::string& path : {at("a.tar"), folder_.path(), at("b.log")}) {
    EXPECT_THAT(log_.refusal(path), HasSubstr("more than 4 files in all, which is the limit")) << path;
  }
}

// A sparse file of `size` bytes as GNU tar writes it, of which only the last four are there.
std::string sparse_tar(uint64_t size) {
  std::string header(512, '\0');
  const auto put = [&](size_t offset, std::string_view text) { header.replace(offset, text.size(), text); };
  put(0, "sparse.log");
  put(100, "0000644");
  put(124, fmt::format("{:011o}", 4));  // stored
  put(136, "00000000001");
  put(156, "S");
  put(257, "ustar  ");
  put(386, fmt::format("{:011o}", size - 4));  // the first and only piece: where, and how long
  put(398, fmt::format("{:011o}", 4));
  put(483, fmt::format("{:011o}", size));
  unsigned sum = 8 * ' ';
  for (const char c : header) sum += static_cast<uint8_t>(c);
  put(148, fmt::format("{:06o}", sum));
  std::string data(512, '\0');
  data.replace(0, 4, "end\n");
  return header + data;
}

TEST_F(Unpacking, FillsTheHolesOfSparseFiles) {
  walk_file("x.tar", sparse_tar(10'000) + make_archive("ustar", {{"b.log", "b\n"}}));
  EXPECT_EQ(content("x.tar!/sparse.log"), std::string(9'996, '\0') + "end\n");
  EXPECT_EQ(content("x.tar!/b.log"), "b\n");
}

TEST_F(Unpacking, StopsAtHolesThatAreTooLarge) {
  walk_file("x.tar", sparse_tar(8ULL << 30) + make_archive("ustar", {{"b.log", "b\n"}}));
  EXPECT_THAT(log_.items.at(0).error, HasSubstr("a sparse file with more than 64 MiB of holes"));
  EXPECT_EQ(log_.items[0].size, 64U << 20);
  EXPECT_EQ(content("x.tar!/b.log"), "b\n");
}

TEST_F(Unpacking, CountsHolesAsExpansion) {
  std::string tar;
  for (int i = 0; i < 10; ++i) tar += sparse_tar(40 << 20);
  walk_file("x.tar", tar);
  EXPECT_EQ(log_.items.size(), 2U);
  EXPECT_THAT(log_.refusal(at("x.tar")), HasSubstr("expands to more than 200 times its size"));
}

TEST_F(Unpacking, KeepsLargeMembersOnDisk) {
  Limits limits;
  limits.memory_bytes = 1'000;
  const std::string large(100'000, 'x');
  walk_file("x.tar", make_archive("ustar", {{"a.log", large}, {"b.log", "b\n"}, {"c.log", large}}), limits);
  ASSERT_EQ(log_.items.size(), 3U);
  EXPECT_EQ(read_all(*log_.items[0].source), large);
  EXPECT_EQ(read_all(*log_.items[1].source), "b\n");
  EXPECT_EQ(read_all(*log_.items[2].source), large);
}

TEST_F(Unpacking, ReadsButDoesNotKeepWhatTheDiskHasNoRoomFor) {
  Limits limits;
  limits.memory_bytes = 10;
  limits.disk_bytes = 1'000;
  walk_file("x.log.gz", compress("gzip", std::string(5'000, 'x')), limits);
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].size, 5'000U);
  EXPECT_EQ(log_.items[0].source, nullptr);
}

}  // namespace
}  // namespace inquest::evidence
