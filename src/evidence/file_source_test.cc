#include "evidence/file_source.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "support/temp_folder.h"
#include "support/walk_log.h"

namespace inquest::evidence {
namespace {

class Rereading : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.write("a.log", text_);
    const auto file = File::open(path_);
    source_ = FileSource::of(*file, path_, text_.size(), std::make_shared<OpenFiles>());
    ASSERT_NE(source_, nullptr);
  }
  // What reading says; empty where it works.
  std::string error() const {
    std::string out(10, '\0');
    const auto got = source_->read_at(0, out);
    return got ? "" : got.error().message;
  }
  void append(std::string_view bytes) const { std::ofstream(path_, std::ios::app) << bytes; }

  TempFolder folder_;
  std::string text_ = std::string(5'000, 'a') + std::string(5'000, 'b');
  std::string path_;
  std::unique_ptr<FileSource> source_;
};

TEST_F(Rereading, GivesTheSameBytes) { EXPECT_EQ(read_all(*source_), text_); }

TEST_F(Rereading, GivesWhatWasReadOfALogThatGrew) {
  append("more\n");
  EXPECT_EQ(read_all(*source_), text_);
  append("and more\n");
  EXPECT_EQ(read_all(*source_), text_);
}

TEST_F(Rereading, FailsWhenTheFileWasWrittenTo) {
  EXPECT_EQ(error(), "");
  std::fstream(path_, std::ios::in | std::ios::out) << "changed";
  EXPECT_EQ(error(), "the file changed after it was read");
}

TEST_F(Rereading, FailsWhenTheFileWasRewrittenLonger) {
  EXPECT_EQ(error(), "");
  folder_.write("a.log", std::string(20'000, 'c'));
  EXPECT_EQ(error(), "the file changed after it was read");
}

TEST_F(Rereading, FailsWhenTheFileWasCut) {
  std::filesystem::resize_file(path_, 100);
  EXPECT_EQ(error(), "the file changed after it was read");
}

TEST_F(Rereading, FailsWhenAnotherFileTookItsPlace) {
  std::filesystem::rename(folder_.write("b.log", text_), path_);
  EXPECT_EQ(error(), "the file changed after it was read");
}

TEST_F(Rereading, FailsWhenTheFileIsGone) {
  std::filesystem::remove(path_);
  EXPECT_THAT(error(), ::testing::HasSubstr("No such file or directory"));
}

TEST_F(Rereading, StillReadsARotatedLogThatIsOpen) {
  EXPECT_EQ(error(), "");
  std::filesystem::rename(path_, folder_.path("a.log.1"));
  EXPECT_EQ(read_all(*source_), text_);
}

}  // namespace
}  // namespace inquest::evidence
