#include "base/file.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace inquest {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  FileTest() {
    std::string name = (fs::path(::testing::TempDir()) / "file-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FileTest() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder_ / name, std::ios::binary | std::ios::trunc) << bytes;
    return (folder_ / name).string();
  }

  fs::path folder_;
};

std::string read_at(const auto& file, uint64_t offset, size_t count) {
  std::string out(count, '\0');
  const auto got = file.read_at(offset, out);
  EXPECT_TRUE(got);
  out.resize(got.value_or(0));
  return out;
}

TEST_F(FileTest, ReadsAtAnyOffsetAndInOrder) {
  auto file = File::open(write("a", "0123456789"));
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->regular());
  EXPECT_EQ(file->size(), 10U);
  EXPECT_EQ(read_at(*file, 4, 3), "456");
  EXPECT_EQ(read_at(*file, 8, 5), "89");
  EXPECT_EQ(read_at(*file, 10, 5), "");
  EXPECT_EQ(read_at(*file, 1'000'000, 5), "");
  std::array<char, 6> out{};
  EXPECT_EQ(file->read_next(out).value(), 6U);
  EXPECT_EQ(file->read_next(out).value(), 4U) << "reading at an offset does not move the position";
  EXPECT_EQ(file->read_next(out).value(), 0U);
}

TEST_F(FileTest, SaysWhyItCannotBeOpened) {
  const auto missing = File::open((folder_ / "nowhere").string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_EQ(missing.error().where, (folder_ / "nowhere").string());
  EXPECT_EQ(File::open(write("a", "") + "/below").error().code, ErrorCode::NotFound);
  const auto folder = File::open(folder_.string());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, "is a directory");
  if (::geteuid() != 0) {  // nothing is denied to root
    const std::string path = write("secret", "x");
    fs::permissions(path, fs::perms::none);
    EXPECT_EQ(File::open(path).error().code, ErrorCode::Denied);
  }
}

TEST_F(FileTest, AFileThatShrinksGivesAShortReadAndIsKnownToHaveChanged) {
  const std::string path = write("a", std::string(100'000, 'x'));
  const auto file = File::open(path);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->changed());
  fs::resize_file(path, 10);
  EXPECT_EQ(read_at(*file, 0, 100).size(), 10U);
  EXPECT_EQ(read_at(*file, 50'000, 100).size(), 0U);
  EXPECT_TRUE(file->changed());
}

TEST_F(FileTest, AFileThatVanishesIsStillReadable) {
  const std::string path = write("a", "still here");
  const auto file = File::open(path);
  fs::remove(path);
  EXPECT_EQ(read_at(*file, 0, 100), "still here");
  EXPECT_FALSE(file->changed());
}

TEST_F(FileTest, AFifoWithoutAWriterDoesNotBlock) {
  const std::string path = (folder_ / "fifo").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  auto file = File::open(path);
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->regular());
  EXPECT_EQ(file->size(), 0U);
  std::array<char, 8> out{};
  EXPECT_EQ(file->read_next(out).value(), 0U);

  const int writer = ::open(path.c_str(), O_WRONLY);
  const auto silent = file->read_next(out);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::Io);
  ASSERT_EQ(::write(writer, "news", 4), 4);
  EXPECT_EQ(file->read_next(out).value(), 4U);
  ::close(writer);
  EXPECT_EQ(file->read_next(out).value(), 0U);
}

TEST_F(FileTest, MovesItsDescriptorAlong) {
  File first = File::open(write("a", "aaa")).value();
  File second = File::open(write("b", "bbb")).value();
  second = std::move(first);
  EXPECT_EQ(read_at(second, 0, 3), "aaa");
  const File third(std::move(second));
  EXPECT_EQ(read_at(third, 0, 3), "aaa");
}

TEST_F(FileTest, ASpoolGivesBackWhatWasAppended) {
  auto spool = Spool::create();
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->append("abc"));
  ASSERT_TRUE(spool->append(std::string(1 << 20, 'x')));
  EXPECT_EQ(spool->size(), 3U + (1 << 20));
  EXPECT_EQ(read_at(*spool, 0, 4), "abcx");
  Spool moved(std::move(*spool));
  EXPECT_EQ(read_at(moved, 1, 2), "bc");
  moved.shrink(2);
  EXPECT_EQ(moved.size(), 2U);
  ASSERT_TRUE(moved.append("Z"));
  EXPECT_EQ(read_at(moved, 0, 10), "abZ");
  moved.shrink(100);
  EXPECT_EQ(moved.size(), 3U) << "shrinking never grows";
}

// Sets an environment variable while it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value)
      : name_(name), before_(std::getenv(name) != nullptr ? std::getenv(name) : "") {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { before_.empty() ? ::unsetenv(name_) : ::setenv(name_, before_.c_str(), 1); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
};

TEST_F(FileTest, ASpoolGivesUpItsTail) {
  auto spool = Spool::create();
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->append("one two"));
  spool->shrink(100);
  EXPECT_EQ(spool->size(), 7U);
  spool->shrink(3);
  ASSERT_TRUE(spool->append("!"));
  std::string all(10, '\0');
  EXPECT_EQ(spool->read_at(0, all).value(), 4U);
  EXPECT_EQ(all.substr(0, 4), "one!");
}

TEST_F(FileTest, ASpoolHasNoName) {
  const Environment tmpdir("TMPDIR", folder_.string());
  auto spool = Spool::create();
  ASSERT_TRUE(spool);
  ASSERT_TRUE(spool->append("evidence"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FileTest, ASpoolWithoutAPlaceSaysWhere) {
  const Environment tmpdir("TMPDIR", (folder_ / "nowhere").string());
  const auto spool = Spool::create();
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().where, (folder_ / "nowhere").string());
}

}  // namespace
}  // namespace inquest
