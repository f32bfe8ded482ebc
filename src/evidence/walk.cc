#include "evidence/walk.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "evidence/budget.h"
#include "evidence/file_bytes.h"
#include "evidence/file_source.h"
#include "evidence/folder.h"
#include "evidence/os_error.h"
#include "evidence/unpacker.h"

namespace inquest::evidence {
namespace {

constexpr std::string_view kStandardInput = "standard input";

// A file as the kernel knows it, whatever path led there.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

FileId id_of(const struct stat& st) { return {st.st_dev, st.st_ino}; }

std::string join(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

std::string describe_special(mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO, which is read only where it is given itself";
  if (S_ISSOCK(mode)) return "a socket, which holds nothing to read";
  return "a device: copy what it holds to a file, and give that";
}

// The path is told next to it.
Error cannot_open(const Error& error) {
  if (error.code == ErrorCode::NotFound) return os_error(ENOENT);
  if (error.code == ErrorCode::Denied) return os_error(EACCES);
  return {error.code, error.message, {}, 0, 0};
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : std::string();
}

// A file's bytes in any order, while it is open anyway.
class InFile : public model::ByteSource {
 public:
  explicit InFile(const File& file) : file_(file) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override { return file_.read_at(offset, out); }

 private:
  const File& file_;
};

class Walker {
 public:
  Walker(const Limits& limits, Visitor& visitor) : budget_(limits), visitor_(visitor), unpacker_(budget_, visitor) {}

  void argument(const std::string& path);

 private:
  void standard_input(const std::string& shown);
  void stream(File& file, const std::string& shown);
  void file(const std::string& path, const std::string& shown);
  void given_folder(const std::string& path);
  void folder(const std::string& path, const std::string& root, unsigned depth);
  void entry(const std::string& path, const std::string& root, unsigned depth);
  bool first_visit(const std::string& path);
  void refuse(const std::string& path, const Error& error);
  void refuse(const std::string& path, ErrorCode code, std::string message) {
    refuse(path, Error{code, std::move(message), {}, 0, 0});
  }

  Budget budget_;
  Visitor& visitor_;
  Unpacker unpacker_;
  std::shared_ptr<OpenFiles> open_files_ = std::make_shared<OpenFiles>();
  std::set<FileId> folders_;                        // visited
  std::set<std::pair<FileId, std::string>> files_;  // given themselves: the folder that they are in, and their name
  uint64_t passed_over_ = 0;                        // what was met again
};

void Walker::refuse(const std::string& path, const Error& error) {
  budget_.count_item();
  visitor_.refused(path, error, false);
}

void Walker::argument(const std::string& path) {
  if (const auto over = budget_.no_more_items()) return refuse(path, *over);
  if (path == "-") return standard_input(std::string(kStandardInput));
  if (path == "/dev/stdin" || path == "/dev/fd/0" || path == "/proc/self/fd/0") return standard_input(path);
  struct stat st{};
  if (::stat(path.c_str(), &st) != 0) return refuse(path, os_error(errno));
  if (S_ISDIR(st.st_mode)) return given_folder(path);
  if (S_ISREG(st.st_mode)) {
    if (first_visit(path)) file(path, path);
    return;
  }
  if (S_ISFIFO(st.st_mode)) {
    auto opened = File::open(path);
    if (!opened) return refuse(path, cannot_open(opened.error()));
    return stream(*opened, path);
  }
  refuse(path, ErrorCode::Unsupported, describe_special(st.st_mode));
}

void Walker::standard_input(const std::string& shown) {
  struct stat st{};
  if (::fstat(STDIN_FILENO, &st) != 0) return refuse(shown, ErrorCode::NotFound, "standard input is closed");
  // A file that the shell opened is as good as one that is named, as long as nobody has read from it.
  const std::string path = "/proc/self/fd/0";
  if (S_ISREG(st.st_mode) && ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0 && ::access(path.c_str(), R_OK) == 0) {
    return file(path, shown);
  }
  File input = File::standard_input();
  stream(input, shown);
}

void Walker::stream(File& file, const std::string& shown) {
  StreamBytes bytes(file);
  unpacker_.unpack({shown, 0, 0, &bytes, nullptr, {}});
}

void Walker::file(const std::string& path, const std::string& shown) {
  auto opened = File::open(path);
  if (!opened) return refuse(shown, cannot_open(opened.error()));
  const File& file = *opened;
  struct stat st{};
  // Holes cost nothing to make: they are an expansion like any other.
  if (::fstat(file.descriptor(), &st) == 0) {
    const uint64_t stored = static_cast<uint64_t>(st.st_blocks) * 512;
    if (file.size() > stored && file.size() - stored > budget_.limits().expanded_bytes) {
      return refuse(
          shown, ErrorCode::Limit,
          fmt::format("a sparse file of {} bytes of which {} are there: its holes are larger than the limit on "
                      "expansion",
                      grouped(file.size()), grouped(stored)));
    }
  }
  FileBytes bytes(*opened);
  InFile random(file);
  Piece piece{shown, file.modified(), file.size(), &bytes, nullptr, {}};
  // The files of /proc say that they are empty, and are different at each reading: those are kept.
  if (file.size() > 0) {
    piece.random = &random;
    piece.keep = [&]() -> std::unique_ptr<model::ByteSource> {
      const uint64_t length = bytes.ended() ? bytes.position() : std::max(bytes.position(), file.size());
      return FileSource::of(file, path, length, open_files_);
    };
  }
  unpacker_.unpack(piece);
}

// Whether a file that was given is new: not given before, and not in a folder that was.
bool Walker::first_visit(const std::string& path) {
  const std::string real = real_path(path);
  const size_t slash = real.rfind('/');
  struct stat parent{};
  if (slash == std::string::npos || ::stat(real.substr(0, slash + 1).c_str(), &parent) != 0) return true;
  if (folders_.contains(id_of(parent))) return false;
  return files_.emplace(id_of(parent), real.substr(slash + 1)).second;
}

void Walker::given_folder(const std::string& path) {
  const uint64_t before = budget_.items() + passed_over_;
  folder(path, real_path(path), 0);
  if (budget_.items() + passed_over_ == before) refuse(path, ErrorCode::NotFound, "holds no files");
}

void Walker::folder(const std::string& path, const std::string& root, unsigned depth) {
  const Limits& limits = budget_.limits();
  if (depth >= limits.folder_depth) {
    return refuse(path, ErrorCode::Limit,
                  fmt::format("folders go deeper than {} levels, which is the limit: give this one by itself",
                              limits.folder_depth));
  }
  struct stat st{};
  if (::stat(path.c_str(), &st) != 0) return refuse(path, os_error(errno));
  if (!folders_.insert(id_of(st)).second) {
    ++passed_over_;
    return;
  }
  const auto listing = list_folder(path, limits.items - std::min(limits.items, budget_.items()));
  if (!listing) return refuse(path, listing.error());
  for (const std::string& name : listing->names) {
    if (const auto over = budget_.no_more_items()) return refuse(path, *over);
    if (files_.contains({id_of(st), name})) {
      ++passed_over_;
    } else {
      entry(join(path, name), root, depth);
    }
  }
  if (listing->left_out > 0) {
    refuse(path, ErrorCode::Limit,
           fmt::format(
               "{} in it would be more than {} files in all, which is the limit: give less of the evidence at a time",
               counted(listing->left_out, "entry", "entries"), grouped(limits.items)));
  }
}

void Walker::entry(const std::string& path, const std::string& root, unsigned depth) {
  struct stat st{};
  if (::lstat(path.c_str(), &st) != 0) return refuse(path, os_error(errno));
  if (S_ISREG(st.st_mode)) return file(path, path);
  if (S_ISDIR(st.st_mode)) return folder(path, root, depth + 1);
  if (!S_ISLNK(st.st_mode)) return refuse(path, ErrorCode::Unsupported, describe_special(st.st_mode));
  if (const auto judged = judge_link(path, root); !judged) refuse(path, judged.error());
}

}  // namespace

void walk(std::span<const std::string> paths, const Limits& limits, Visitor& visitor) {
  Walker walker(limits, visitor);
  for (const std::string& path : paths) walker.argument(path);
}

}  // namespace inquest::evidence
