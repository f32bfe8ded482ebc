// Files, folders, links, pipes and standard input.
#include "evidence/walk.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/archive_builder.h"
#include "support/temp_folder.h"
#include "support/walk_log.h"

namespace inquest::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Walking : public ::testing::Test {
 protected:
  std::string at(std::string_view name) const { return folder_.path(name); }
  void link(const std::string& target, std::string_view name) const {
    std::filesystem::create_symlink(target, at(name));
  }

  TempFolder folder_;
  WalkLog log_;
};

// Runs as somebody who owns nothing here, even where the tests run as root, whom permissions do not stop.
class AsNobody {
 public:
  AsNobody() : before_(::geteuid()) {
    if (before_ == 0) done_ = ::seteuid(65534) == 0;
  }
  ~AsNobody() {
    if (before_ == 0) done_ = ::seteuid(0) == 0;
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  uid_t before_;
  bool done_ = false;
};

// Puts something else in the place of standard input.
class AsStandardInput {
 public:
  explicit AsStandardInput(int fd) : before_(::dup(STDIN_FILENO)) {
    if (fd < 0) std::abort();
    ::dup2(fd, STDIN_FILENO);
    ::close(fd);
  }
  ~AsStandardInput() {
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  AsStandardInput(const AsStandardInput&) = delete;
  AsStandardInput& operator=(const AsStandardInput&) = delete;

 private:
  int before_;
};

TEST_F(Walking, ReadsAFileAndFindsItAgain) {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += fmt::format("line {}\n", i);
  const std::string path = folder_.write("a.log", text);
  for (const size_t piece : {size_t{1}, size_t{100}, size_t{4096}, size_t{1} << 20}) {
    WalkLog log;
    log.piece = piece;
    walk_into(log, {path});
    ASSERT_EQ(log.items.size(), 1U);
    EXPECT_EQ(log.items[0].content, text);
    EXPECT_EQ(read_all(*log.items[0].source), text);
    EXPECT_GT(log.items[0].modified, 0);
  }
}

TEST_F(Walking, ReadsAnEmptyFile) {
  walk_into(log_, {folder_.write("a.log", "")});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].error, "");
  EXPECT_EQ(read_all(*log_.items[0].source), "");
}

TEST_F(Walking, VisitsFoldersSortedByNameAndArgumentsAsGiven) {
  folder_.write("b.log", "");
  folder_.write("a/z.log", "");
  folder_.write("a/B.log", "");
  folder_.write("a.log", "");
  folder_.write("a/10.log", "");
  folder_.write("a/9.log", "");
  const std::string last = folder_.write("0.log", "");
  walk_into(log_, {at("b.log"), folder_.path() + "/", last});
  EXPECT_THAT(log_.paths(), ElementsAre(at("b.log"), at("0.log"), at("a/10.log"), at("a/9.log"), at("a/B.log"),
                                        at("a/z.log"), at("a.log")));
}

TEST_F(Walking, VisitsOnceWhatOverlappingPathsReach) {
  folder_.write("a/x.log", "");
  folder_.write("b.log", "");
  walk_into(log_, {at("a/x.log"), at("a"), folder_.path(), at("a"), at("b.log"), at("a/../b.log")});
  EXPECT_THAT(log_.calls, ElementsAre("item " + at("a/x.log"), "item " + at("b.log")));
}

TEST_F(Walking, RefusesWhatIsMissingAndGoesOn) {
  const std::string file = folder_.write("a.log", "");
  walk_into(log_, {at("missing"), file + "/b.log", "", file});
  EXPECT_THAT(log_.calls, ElementsAre("refused " + at("missing") + ": no such file or folder",
                                      "refused " + file + "/b.log: no such file or folder",
                                      "refused : no such file or folder", "item " + file));
}

TEST_F(Walking, RefusesWhatMayNotBeReadAndGoesOn) {
  folder_.write("a.log", "");
  folder_.write("b/x.log", "");
  folder_.write("c.log", "");
  ::chmod(folder_.path().c_str(), 0755);
  ::chmod(at("a.log").c_str(), 0);
  ::chmod(at("b").c_str(), 0);
  {
    const AsNobody nobody;
    walk_into(log_, {folder_.path()});
  }
  ::chmod(at("b").c_str(), 0755);
  EXPECT_THAT(log_.calls, ElementsAre("refused " + at("a.log") + ": permission denied",
                                      "refused " + at("b") + ": permission denied", "item " + at("c.log")));
}

TEST_F(Walking, SaysThatAFolderHoldsNothing) {
  std::filesystem::create_directories(at("a/b/c"));
  walk_into(log_, {folder_.path()});
  EXPECT_THAT(log_.calls, ElementsAre("refused " + folder_.path() + ": holds no files"));
}

TEST_F(Walking, FollowsALinkThatIsGiven) {
  folder_.write("real/a.log", "a\n");
  link("real", "folder");
  link("real/a.log", "file");
  walk_into(log_, {at("file")});
  EXPECT_EQ(log_.items.at(0).content, "a\n");
  WalkLog of_folder;
  walk_into(of_folder, {at("folder")});
  EXPECT_THAT(of_folder.paths(), ElementsAre(at("folder/a.log")));
}

TEST_F(Walking, ReadsTheTargetOfALinkWithinTheFolderOnce) {
  folder_.write("in/z/real.log", "x\n");
  link("z/real.log", "in/a.log");
  link("z", "in/b");
  walk_into(log_, {at("in")});
  EXPECT_THAT(log_.calls, ElementsAre("item " + at("in/z/real.log")));
}

TEST_F(Walking, RefusesLinksThatLeadBackOutOrNowhere) {
  folder_.write("in/a.log", "x\n");
  folder_.write("in/d/e/f.log", "x\n");
  folder_.write("outside.log", "secret\n");
  std::filesystem::create_directories(at("in-sibling"));
  link("../..", "in/d/e/up");
  link("../../..", "in/d/e/upper");
  link(".", "in/self");
  link("circle2", "in/circle1");
  link("circle1", "in/circle2");
  link("gone", "in/dangling");
  link("../outside.log", "in/outside");
  link("../in-sibling", "in/sibling");
  walk_into(log_, {at("in")});
  EXPECT_THAT(log_.paths(), ElementsAre(at("in/a.log"), at("in/d/e/f.log")));
  const std::pair<const char*, const char*> refusals[] = {
      {"in/circle1", "the symbolic link to circle2 leads in a circle"},
      {"in/d/e/up", "the symbolic link to ../.. leads back to a folder that it is in"},
      {"in/d/e/upper", "the symbolic link to ../../.. leads back to a folder above the one given"},
      {"in/dangling", "the symbolic link to gone leads nowhere"},
      {"in/outside", "the symbolic link to ../outside.log leads out of the folder"},
      {"in/self", "the symbolic link to . leads back to a folder that it is in"},
      {"in/sibling", "the symbolic link to ../in-sibling leads out of the folder"},
  };
  for (const auto& [path, message] : refusals) EXPECT_THAT(log_.refusal(at(path)), HasSubstr(message));
}

TEST_F(Walking, RefusesSpecialFilesInAFolderWithoutWaiting) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, at("socket").c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  walk_into(log_, {folder_.path(), "/dev/null"});
  ::close(socket);
  EXPECT_THAT(log_.calls, ElementsAre(HasSubstr("fifo: a FIFO, which is read only where it is given itself"),
                                      HasSubstr("socket: a socket, which holds nothing to read"),
                                      HasSubstr("refused /dev/null: a device")));
}

TEST_F(Walking, ReadsAFifoThatIsGiven) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  std::thread writer([&] {
    const int fd = ::open(at("fifo").c_str(), O_WRONLY);
    // The pause makes the reader wait for more.
    for (const std::string_view part : {"one\n", "two\n"}) {
      EXPECT_EQ(::write(fd, part.data(), part.size()), static_cast<ssize_t>(part.size()));
      ::usleep(20'000);
    }
    ::close(fd);
  });
  walk_into(log_, {at("fifo")});
  writer.join();
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].content, "one\ntwo\n");
  EXPECT_EQ(read_all(*log_.items[0].source), "one\ntwo\n");
}

TEST_F(Walking, DoesNotHangOnAFifoThatNobodyWrites) {
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  walk_into(log_, {at("fifo")});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].error, "no data: nothing is writing to it");
}

TEST_F(Walking, ReadsStandardInputFromAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string bytes = compress("gzip", make_archive("ustar", {{"a.log", "x\n"}}));
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(ends[1]);
  const AsStandardInput input(ends[0]);
  walk_into(log_, {"-"});
  EXPECT_THAT(log_.calls, ElementsAre("container standard input tar.gz", "item standard input!/a.log"));
}

TEST_F(Walking, ReadsAZipFromAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string bytes = make_archive("zip", {{"a.log", "x\n"}});
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(ends[1]);
  const AsStandardInput input(ends[0]);
  walk_into(log_, {"-"});
  EXPECT_THAT(log_.calls, ElementsAre("container standard input zip", "item standard input!/a.log"));
}

TEST_F(Walking, ReadsStandardInputFromAFile) {
  const std::string path = folder_.write("a.log", "one\ntwo\n");
  const AsStandardInput input(::open(path.c_str(), O_RDONLY));
  walk_into(log_, {"-"});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].path, "standard input");
  EXPECT_EQ(log_.items[0].content, "one\ntwo\n");
  EXPECT_EQ(read_all(*log_.items[0].source), "one\ntwo\n");
}

TEST_F(Walking, ReadsOnlyTheRestOfStandardInput) {
  const std::string path = folder_.write("a.log", "one\ntwo\n");
  const int fd = ::open(path.c_str(), O_RDONLY);
  ASSERT_GE(fd, 0);
  ::lseek(fd, 4, SEEK_SET);
  const AsStandardInput input(fd);
  walk_into(log_, {"-"});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].content, "two\n");
  EXPECT_EQ(read_all(*log_.items[0].source), "two\n");
}

TEST_F(Walking, TellsAFileThatIsCutWhileItIsRead) {
  const std::string path = folder_.write("a.log", std::string(100'000, 'x'));
  log_.before = [](const std::string& cut) { std::filesystem::resize_file(cut, 50'000); };
  walk_into(log_, {path});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].size, 50'000U);
  EXPECT_EQ(log_.items[0].error,
            "byte 50000: the file was cut while it was read: it ends at byte 50,000, and had 100,000 before");
  EXPECT_EQ(log_.items[0].source, nullptr);
}

TEST_F(Walking, TellsAFileThatVanishesBeforeItsTurn) {
  folder_.write("a.log", "x\n");
  folder_.write("b.log", "x\n");
  log_.before = [&](const std::string&) { std::filesystem::remove(at("b.log")); };
  walk_into(log_, {folder_.path()});
  EXPECT_EQ(log_.refusal(at("b.log")), "no such file or folder");
}

TEST_F(Walking, TellsAFileThatCannotBeRead) {
  // A regular file whose first page is not mapped and cannot be read, by whomever.
  walk_into(log_, {"/proc/self/mem"});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_EQ(log_.items[0].error, "cannot read: Input/output error");
}

TEST_F(Walking, KeepsFilesOfProcThatHaveNoSize) {
  walk_into(log_, {"/proc/self/status"});
  ASSERT_EQ(log_.items.size(), 1U);
  EXPECT_THAT(log_.items[0].content, HasSubstr("Pid:"));
  EXPECT_EQ(read_all(*log_.items[0].source), log_.items[0].content);
}

TEST_F(Walking, RefusesASparseFileOfAnAbsurdSize) {
  const std::string path = folder_.write("lastlog", "x");
  std::filesystem::resize_file(path, 1ULL << 40);
  walk_into(log_, {path});
  EXPECT_THAT(log_.refusal(path), HasSubstr("a sparse file of 1,099,511,627,776 bytes"));
  EXPECT_THAT(log_.items, IsEmpty());
}

TEST_F(Walking, RefusesFoldersThatLieTooDeep) {
  Limits limits;
  limits.folder_depth = 2;
  folder_.write("a/b/x.log", "");
  folder_.write("a/y.log", "");
  walk_into(log_, {folder_.path()}, limits);
  EXPECT_THAT(log_.calls,
              ElementsAre("refused " + at("a/b") +
                              ": folders go deeper than 2 levels, which is the limit: give this one by itself",
                          "item " + at("a/y.log")));
}

TEST_F(Walking, StopsAtTheLimitOfFilesInTheSameOrder) {
  Limits limits;
  limits.items = 3;
  for (int i = 9; i >= 0; --i) folder_.write(fmt::format("{}.log", i), "");
  walk_into(log_, {folder_.path()}, limits);
  EXPECT_THAT(log_.paths(), ElementsAre(at("0.log"), at("1.log"), at("2.log")));
  EXPECT_EQ(log_.refusal(folder_.path()),
            "7 entries in it would be more than 3 files in all, which is the limit: give "
            "less of the evidence at a time");
}

TEST_F(Walking, KeepsFewFilesOpenForMany) {
  for (int i = 0; i < 500; ++i) folder_.write(fmt::format("{:03}.log", i), fmt::format("{}\n", i));
  walk_into(log_, {folder_.path()});
  ASSERT_EQ(log_.items.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(read_all(*log_.items[static_cast<size_t>(i)].source), fmt::format("{}\n", i));
  const auto open = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  EXPECT_LT(open, 60);
}

}  // namespace
}  // namespace inquest::evidence
