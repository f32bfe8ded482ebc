// A compressed stream, read as what it holds.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "evidence/budget.h"
#include "evidence/codec.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// Decompresses `from` while it is read. Of a stream that is truncated or damaged, every byte that can be had comes out
// before the error, which says where. Streams that follow each other are one; zeros behind the end are taken for a
// tape's padding. An error's offset counts decompressed bytes, its message names the place in the compressed ones.
class Decompressor : public Bytes {
 public:
  // `from`, at its beginning, and the account must outlive it.
  Decompressor(ContainerKind kind, Bytes& from, Expansion& account);
  Result<size_t> read(std::span<char> out) override;

 private:
  void fill(size_t at_least);
  void begin_stream();
  void advance(std::span<char> out, size_t& done);
  void broken(ErrorCode code, std::string message);

  ContainerKind kind_;
  Bytes& from_;
  Expansion& account_;
  std::unique_ptr<Codec> codec_;

  std::string buffer_;
  std::span<const char> in_;  // of buffer_, what is not decoded yet
  bool source_ended_ = false;
  std::optional<Error> source_error_;

  bool between_ = false;  // behind the end of a stream
  bool finished_ = false;
  std::optional<Error> failure_;
  uint64_t taken_ = 0;  // compressed bytes decoded
  uint64_t given_ = 0;  // bytes handed out
};

}  // namespace inquest::evidence
