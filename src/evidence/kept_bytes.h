// Bytes that no file holds as they are, kept while they are read so that a citation can be shown later.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// What all pieces of a walk keep together, against the limits. Must outlive the KeptBytes of it; what they gave out
// lives on by itself.
class KeptStore {
 public:
  explicit KeptStore(const Limits& limits) : limits_(limits) {}

 private:
  friend class KeptBytes;

  Limits limits_;
  uint64_t in_memory_ = 0;
  std::shared_ptr<Spool> spool_;  // made when first needed
};

// The recording of one piece. Only one at a time may record into a store.
class KeptBytes {
 public:
  explicit KeptBytes(KeptStore& store) : store_(store) {}
  // Gives the room back, unless take() was called.
  ~KeptBytes();
  KeptBytes(const KeptBytes&) = delete;
  KeptBytes& operator=(const KeptBytes&) = delete;

  void append(std::string_view bytes);
  uint64_t size() const { return size_; }
  // What was appended; null where it did not fit or the disk is full. Call once, after which nothing can be appended.
  std::unique_ptr<model::ByteSource> take();

 private:
  bool move_to_disk();

  KeptStore& store_;
  std::string memory_;
  bool on_disk_ = false;
  bool lost_ = false;
  uint64_t start_ = 0;  // in the spool
  uint64_t size_ = 0;
};

// Hands `from` through and keeps what passes. Both must outlive it.
class KeepingBytes : public Bytes {
 public:
  KeepingBytes(Bytes& from, KeptBytes& kept) : from_(from), kept_(kept) {}
  Result<size_t> read(std::span<char> out) override;
  bool paused(int wait_ms) override { return from_.paused(wait_ms); }

 private:
  Bytes& from_;
  KeptBytes& kept_;
};

}  // namespace inquest::evidence
