// Files and pipes, read once from the front.
#pragma once

#include <cstdint>
#include <span>

#include "base/file.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// A regular file up to its end. One that ends before the size that it had when it was opened, because somebody cut it
// meanwhile, gives an error there.
class FileBytes : public Bytes {
 public:
  // The file must outlive it.
  explicit FileBytes(File& file);
  Result<size_t> read(std::span<char> out) override;

  // Bytes read so far, and whether that was all.
  uint64_t position() const { return position_; }
  bool ended() const { return ended_; }

 private:
  File& file_;
  uint64_t position_ = 0;
  bool ended_ = false;
};

// A pipe, FIFO or terminal. Waits for data as long as something may write to it; where nothing does from the start, it
// waits for that a moment and then gives an error.
class StreamBytes : public Bytes {
 public:
  // The file must outlive it.
  explicit StreamBytes(File& file) : file_(file) {}
  Result<size_t> read(std::span<char> out) override;
  bool paused(int wait_ms) override;

 private:
  File& file_;
  bool started_ = false;  // something came, or was waited for
};

}  // namespace inquest::evidence
