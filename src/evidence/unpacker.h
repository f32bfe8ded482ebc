// Takes bytes with a name apart, through all containers, down to the items that a visitor is given.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "evidence/budget.h"
#include "evidence/container_kind.h"
#include "evidence/kept_bytes.h"
#include "evidence/peeked_bytes.h"
#include "evidence/walk.h"

namespace inquest::evidence {

// Bytes that may be an item or a container.
struct Piece {
  std::string path;
  Ns modified = 0;
  uint64_t size = 0;                    // 0 unknown
  Bytes* bytes = nullptr;               // from their beginning
  model::ByteSource* random = nullptr;  // the same bytes in any order, where they can be had so; `size` is known then
  // Access to the same bytes after they were read. Where it is empty, they are kept while they are read.
  std::function<std::unique_ptr<model::ByteSource>()> keep;
};

class Unpacker {
 public:
  // Both must outlive it.
  Unpacker(Budget& budget, Visitor& visitor) : budget_(budget), visitor_(visitor), store_(budget.limits()) {}

  void unpack(const Piece& piece) { unpack(piece, {}); }

 private:
  // What a piece lies in.
  struct Around {
    unsigned depth = 0;
    Expansion* account = nullptr;
    std::string compression;  // ".gz" where the piece is what a compressed file holds
    uint64_t stored = 0;      // the size of that file
  };

  void unpack(const Piece& piece, const Around& around);
  void give_item(const Piece& piece, PeekedBytes& bytes);
  void decompress(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes);
  void open_archive(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes);
  Result<void> members(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes);
  void refuse(const std::string& path, const Error& error, bool container = false);

  Budget& budget_;
  Visitor& visitor_;
  KeptStore store_;
};

}  // namespace inquest::evidence
