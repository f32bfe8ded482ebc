// The flattened format: a dump written as a stream of pieces, each with the place in the file where it belongs.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "vmcore/byte_source.h"

namespace inquest::vmcore {

// A 4,096-byte header ("makedumpfile", big-endian type and version), then pieces: big-endian int64 offset, int64 size,
// bytes; both -1 at the end. `makedumpfile -F` writes it to a pipe, QEMU's kdump formats are it too.
// Source: makedumpfile's makedumpfile.h (struct makedumpfile_header, makedumpfile_data_header) and IMPLEMENTATION.
//
// Only the headers of the pieces are read, once: the file as it would be is then read through their index, and nothing
// is unpacked. A later piece wins where two overlap; bytes in no piece are zeros. A stream that ends in the middle
// gives what came before, and Truncated for the rest.
class FlattenedBytes final : public ByteSource {
 public:
  static bool sniff(std::span<const std::byte> head);
  static Result<std::unique_ptr<FlattenedBytes>> open(std::unique_ptr<ByteSource> stream);

  bool complete() const { return complete_; }
  uint64_t size() const override { return size_; }
  const std::string& name() const override { return stream_->name(); }
  Result<void> read(uint64_t offset, std::span<std::byte> out) const override;

 private:
  struct Piece {
    uint64_t start;  // in the file as it would be
    uint64_t size;
    uint64_t at;  // in the stream
  };

  explicit FlattenedBytes(std::unique_ptr<ByteSource> stream) : stream_(std::move(stream)) {}
  void order(std::vector<Piece> pieces);
  static void lay(std::map<uint64_t, Piece>& laid, const Piece& piece);

  std::unique_ptr<ByteSource> stream_;
  std::vector<Piece> pieces_;  // by start, none overlapping
  uint64_t size_ = 0;
  bool complete_ = false;  // the mark at the end was there, so that what no piece has is a hole of zeros
};

}  // namespace inquest::vmcore
