// Files that were read, opened again when a citation of them is to be shown.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/file.h"
#include "model/evidence.h"

namespace inquest::evidence {

// A few open files, those that were used last: evidence of 100,000 files must not take as many descriptors. Threads may
// share it.
class OpenFiles {
 public:
  // The owner's file, if it is still open.
  std::shared_ptr<const File> find(const void* owner);
  void put(const void* owner, std::shared_ptr<const File> file);
  void drop(const void* owner);

 private:
  static constexpr size_t kMost = 32;
  struct Slot {
    const void* owner = nullptr;
    std::shared_ptr<const File> file;
    uint64_t used = 0;
  };

  std::mutex mutex_;
  std::array<Slot, kMost> slots_;
  uint64_t uses_ = 0;
};

// The first `length` bytes of a regular file, as long as they are what they were: the same file (device and inode),
// neither written to nor cut since. A log that only grew is still good: the beginning and the end of what was read are
// compared then. One thread at a time.
class FileSource : public model::ByteSource {
 public:
  // `file` is open at `path`, and its first `length` bytes were read. Null where it changed since it was opened.
  static std::unique_ptr<FileSource> of(const File& file, std::string path, uint64_t length,
                                        std::shared_ptr<OpenFiles> open_files);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  // NotFound or Denied where it cannot be opened any more; Failed where it is another file now or changed.
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override;

 private:
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    uint64_t size = 0;
    Ns modified = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  FileSource() = default;
  static std::optional<Stamp> stamp(const File& file);
  // Of the first and the last few KiB of what was read.
  std::optional<size_t> fingerprint(const File& file) const;
  bool unchanged(const File& file);

  std::string path_;
  uint64_t length_ = 0;
  Stamp stamp_;
  size_t fingerprint_ = 0;
  std::shared_ptr<OpenFiles> open_files_;
};

}  // namespace inquest::evidence
