// Walking evidence: files, folders, archives and standard input, down to plain bytes with a name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "model/evidence.h"

namespace inquest::evidence {

// What a walk may cost. All input is hostile: an archive that would exceed one of these is abandoned at that place with
// a diagnostic, and the walk goes on with the rest.
struct Limits {
  unsigned container_depth = 8;  // archives within archives (a compressed file counts as one)
  unsigned folder_depth = 64;
  uint64_t items = 500'000;                // files, in all
  uint64_t expanded_bytes = 256ULL << 30;  // gained by expanding archives and compressed files, in all
  // Of one container with all that is in it, counted once kFreeExpansion was gained. Logs stay far below: a line's time
  // alone takes some bytes. Zeros in gzip, the plainest bomb, reach 230 to 1,030.
  uint64_t expansion_ratio = 200;
  static constexpr uint64_t kFreeExpansion = 64 << 20;

  // Bytes that no file holds as they are (members of archives, decompressed files, pipes) are kept for Item::keep: a
  // piece of up to memory_bytes in memory, as long as all of them stay below memory_bytes_in_all; others on disk in a
  // temporary file, of up to disk_bytes. What does not fit is read, but not kept.
  uint64_t memory_bytes = 1 << 20;
  uint64_t memory_bytes_in_all = 256 << 20;
  uint64_t disk_bytes = 16ULL << 30;
};

// Bytes to be read once, from the front.
class Bytes {
 public:
  virtual ~Bytes() = default;
  // Up to out.size() bytes; 0 at the end. An error ends the reading; what came before stands.
  virtual Result<size_t> read(std::span<char> out) = 0;
  // True where read() would wait for a writer, and has had nothing from it for `wait_ms`: whoever follows a log may
  // want to be told what there is. Only pipes and terminals pause.
  virtual bool paused(int /*wait_ms*/) { return false; }
};

// One leaf: bytes that are no container.
struct Item {
  std::string path;        // as given, or "outer.tar.gz!/inner/name" inside containers; not yet safe to print
  Ns modified = 0;         // 0 unknown
  uint64_t size = 0;       // a hint; 0 unknown
  Bytes* bytes = nullptr;  // valid during the call

  // After `bytes` was read to its end (or as far as it would go): access to the same bytes again, independent of the
  // walk. Null where they could not be kept. Call at most once.
  std::function<std::unique_ptr<model::ByteSource>()> keep;
};

// Who is told. All calls come in a deterministic order: arguments as given, folders sorted by name.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void item(Item& item) = 0;
  // An archive that was opened; its items follow as "path!/...". `kind` is "tar", "tar.gz", "zip", ...; `bytes` its
  // size as it is stored, 0 unknown. A compressed file that holds no archive is no container: it is an item under its
  // own path, whose bytes are the decompressed ones, because that is what a line number in it refers to.
  virtual void container(const std::string& path, std::string_view kind, uint64_t bytes) = 0;
  // Something that could not be read, or not wholly: the error says what, where and what to do. Comes after the items
  // that were still read from it. `container` tells whether container() was called for the same path.
  virtual void refused(const std::string& path, const Error& error, bool container) = 0;
};

// Visits everything under `paths` ("-" is standard input). A symbolic link is followed only where it is one of `paths`.
// One that is found in a folder is refused where it leads out of the folder that was given, back to a folder above
// itself, or nowhere; one that leads elsewhere in the folder is passed over, because its target is read under its own
// name. What is reached twice through overlapping paths is visited once. Never writes but to an anonymous temporary
// file; no name out of an archive is used as a path of the file system.
void walk(std::span<const std::string> paths, const Limits& limits, Visitor& visitor);

}  // namespace inquest::evidence
