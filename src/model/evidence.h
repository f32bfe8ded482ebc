// Evidence: named bytes with provenance, and what became of reading them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace inquest::model {

// Index of an Evidence in its case.
using EvidenceId = uint32_t;

// Where a statement can be checked: bytes of one piece of evidence. `line` is one-based, 0 where the format has no
// lines; `length` 0 cites the evidence as a whole (its absence of something, its listing).
struct Citation {
  EvidenceId evidence = 0;
  uint32_t line = 0;
  uint64_t offset = 0;
  uint32_t length = 0;

  friend bool operator==(const Citation&, const Citation&) = default;
};

enum class Outcome : uint8_t {
  Clean,         // every byte understood
  Partial,       // some records, and diagnostics that say what was lost and where
  Refused,       // not read: unreadable, over a limit, or damaged beyond use
  Unrecognised,  // no decoder claims it
};
std::string_view to_string(Outcome outcome);

// One kind of trouble in one piece of evidence: the first place, and how often.
struct Diagnostic {
  std::string message;
  uint64_t offset = 0;
  uint64_t line = 0;  // 0: none
  uint64_t count = 1;
};

// Random access to the bytes of a piece of evidence after it was decoded, so that text need not be kept in memory.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to out.size() bytes from `offset`; fewer at the end. An error where the bytes are gone or have changed.
  virtual Result<size_t> read_at(uint64_t offset, std::span<char> out) = 0;
};

struct Evidence {
  std::string path;    // as given, with "!/" between a container and what it holds: "a.tar.gz!/var/log/syslog"
  std::string kind;    // the decoder's name ("syslog"), or "empty", "unrecognised", "archive", "unreadable"
  std::string sha256;  // of the (decompressed) bytes; empty when it was not read to its end
  uint64_t bytes = 0;
  uint64_t lines = 0;  // 0 where the format has none
  Ns modified = 0;     // modification time as the file system or archive gives it, 0 unknown; may be the copy's
  Outcome status = Outcome::Unrecognised;
  std::vector<Diagnostic> diagnostics;
  std::unique_ptr<ByteSource> source;  // null where nothing was kept
};

}  // namespace inquest::model
