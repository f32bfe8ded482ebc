// The bytes of a dump file, wherever in a container they lie: what every format reader reads from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace inquest::vmcore {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // One past the last byte.
  virtual uint64_t size() const = 0;
  // For messages.
  virtual const std::string& name() const = 0;
  // Fills `out` from there. Truncated where the source ends before (also where a hole was never written), Io where the
  // system failed; both name the offset.
  virtual Result<void> read(uint64_t offset, std::span<std::byte> out) const = 0;

  // `count` bytes from there, at most `limit` of them: Limit where the input asks for more.
  Result<std::vector<std::byte>> bytes(uint64_t offset, uint64_t count, uint64_t limit) const;
};

// A regular file as it is on disk. Read with pread: a dump that shrinks underneath gives an error, not a signal.
class FileBytes final : public ByteSource {
 public:
  static Result<FileBytes> open(const std::string& path);
  uint64_t size() const override { return file_.size(); }
  const std::string& name() const override { return name_; }
  Result<void> read(uint64_t offset, std::span<std::byte> out) const override;

 private:
  FileBytes(File file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
  File file_;
  std::string name_;
};

// Bytes that somebody else keeps, who must outlive it.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::span<const std::byte> bytes, std::string name = "memory")
      : bytes_(bytes), name_(std::move(name)) {}
  uint64_t size() const override { return bytes_.size(); }
  const std::string& name() const override { return name_; }
  Result<void> read(uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::span<const std::byte> bytes_;
  std::string name_;
};

// An error about a place in the dump file.
std::unexpected<Error> fail_at(const ByteSource& bytes, uint64_t offset, ErrorCode code, std::string message);

}  // namespace inquest::vmcore
