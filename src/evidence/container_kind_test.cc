#include "evidence/container_kind.h"

#include <string>

#include <gtest/gtest.h>

#include "support/archive_builder.h"

namespace inquest::evidence {
namespace {

TEST(ContainerKind, IsKnownByTheFirstBytes) {
  EXPECT_EQ(container_kind(compress("gzip", "x")), ContainerKind::Gzip);
  EXPECT_EQ(container_kind(compress("xz", "x")), ContainerKind::Xz);
  EXPECT_EQ(container_kind(compress("zstd", "x")), ContainerKind::Zstd);
  EXPECT_EQ(container_kind(compress("bzip2", "x")), ContainerKind::Bzip2);
  EXPECT_EQ(container_kind(compress("lz4", "x")), ContainerKind::Lz4);
  for (const char* format : {"ustar", "pax", "gnutar", "v7tar"}) {
    EXPECT_EQ(container_kind(make_archive(format, {{"a.log", "x"}})), ContainerKind::Tar) << format;
  }
  EXPECT_EQ(container_kind(make_archive("zip", {{"a.log", "x"}})), ContainerKind::Zip);
  EXPECT_EQ(container_kind(make_archive("newc", {{"a.log", "x"}})), ContainerKind::Cpio);
  EXPECT_EQ(container_kind(make_archive("odc", {{"a.log", "x"}})), ContainerKind::Cpio);
  EXPECT_EQ(container_kind(make_archive("argnu", {{"a.log", "x"}})), ContainerKind::Ar);
  EXPECT_EQ(container_kind(make_archive("7zip", {{"a.log", "x"}})), ContainerKind::SevenZip);
}

TEST(ContainerKind, OfTextIsNone) {
  const std::string texts[] = {
      "",
      "Feb  9 07:55:07 host kernel: x\n",
      "#mtree\n./a type=file\n",
      "070701 is how a cpio begins\n" + std::string(200, 'x'),
      "!<arch>\nis how an ar begins\n" + std::string(200, 'x'),
      std::string(257, 'x') + "ustar is a format of tar\n",
      "BZh9 is how a bzip2 begins\n",
      "PK is how a zip begins\n",
      std::string(512, '0'),
      std::string(512, ' '),
      std::string(512, '\0'),
  };
  for (const std::string& text : texts) {
    EXPECT_EQ(container_kind(text), ContainerKind::None) << text.substr(0, 40);
  }
}

TEST(ContainerKind, OfTextInUtf16RestsOnItsByteOrderMark) {
  using namespace std::string_view_literals;
  EXPECT_EQ(container_kind("\xFF\xFE"
                           "F\0e\0b\0"sv),
            ContainerKind::Utf16);
  EXPECT_EQ(container_kind("\xFE\xFF\0F\0e\0b"sv), ContainerKind::Utf16);
  EXPECT_EQ(container_kind("F\0e\0b\0"sv), ContainerKind::None);
  EXPECT_EQ(container_kind("\xFF\xFE\0\0F\0\0\0"sv), ContainerKind::None) << "UTF-32";
  EXPECT_EQ(container_kind("\xFF\xFE\x01\0\x02\0"sv), ContainerKind::None) << "no text";
}

TEST(ContainerKind, OfATarWithADamagedFirstHeaderIsStillTar) {
  std::string tar = make_archive("ustar", {{"a.log", "x"}});
  tar[0] = 'b';  // the checksum is wrong now
  EXPECT_EQ(container_kind(tar), ContainerKind::Tar);
}

TEST(ContainerKind, OfAnOldTarRestsOnItsChecksum) {
  std::string tar = make_archive("v7tar", {{"a.log", "x"}});
  tar[0] = 'b';
  EXPECT_EQ(container_kind(tar), ContainerKind::None);
}

}  // namespace
}  // namespace inquest::evidence
