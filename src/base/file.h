// Read-only files that may change, shrink or vanish while they are read.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace inquest {

// An open regular file (or pipe, where only read_next makes sense). Reading never maps memory, so a file that is
// truncated underneath gives a short read, not a signal. Move-only; closes itself.
class File {
 public:
  // NotFound, Denied or Io. Never creates, never blocks on a FIFO without a writer (opened non-blocking, then read).
  static Result<File> open(const std::string& path);
  // Standard input, which is not closed afterwards.
  static File standard_input();

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  // For calls that this class does not have (poll, fstat, advice); stays open only as long as the file.
  int descriptor() const { return fd_; }
  bool regular() const { return regular_; }
  // Bytes when it was opened; 0 for a pipe.
  uint64_t size() const { return size_; }
  // Modification time when it was opened; 0 for a pipe.
  Ns modified() const { return modified_; }

  // Up to out.size() bytes from there; 0 at (or past) the end as it is now.
  Result<size_t> read_at(uint64_t offset, std::span<char> out) const;
  // Up to out.size() bytes from the file position; 0 at the end.
  Result<size_t> read_next(std::span<char> out);
  // Whether size or modification time differ from when it was opened.
  bool changed() const;

 private:
  explicit File(int fd, bool owned) : fd_(fd), owned_(owned) {}
  void load_status();

  int fd_ = -1;
  bool owned_ = true;
  bool regular_ = false;
  uint64_t size_ = 0;
  Ns modified_ = 0;
  std::string path_;
};

// Bytes kept on disk for re-reading, in a file without a name that goes with the object: nothing else can open it and
// nothing is left behind, whatever ends the program. Lies in $TMPDIR, or /tmp.
class Spool {
 public:
  static Result<Spool> create();
  Spool(Spool&& other) noexcept;
  Spool& operator=(Spool&& other) noexcept;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  uint64_t size() const { return size_; }
  // Appends; the bytes begin at the size() from before.
  Result<void> append(std::string_view bytes);
  // Gives up what was appended from `size` on, and its room on the disk. Nothing happens where less was appended.
  void shrink(uint64_t size);
  Result<size_t> read_at(uint64_t offset, std::span<char> out) const;

 private:
  explicit Spool(int fd) : fd_(fd) {}
  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace inquest
