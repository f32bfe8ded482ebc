// Which bytes are a container: told by what they begin with, never by a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inquest::evidence {

enum class ContainerKind : uint8_t {
  None,  // plain bytes
  Gzip,  // compressed streams: one stream of bytes in, one out
  Xz,
  Zstd,
  Bzip2,
  Lz4,
  Deflate,  // without a signature: only where it holds a record of pstore
  Utf16,    // text in UTF-16 with a byte order mark, which comes out as UTF-8
  Tar,      // archives: members with names
  Zip,
  Cpio,
  Ar,
  Apport,    // a crash report of Ubuntu's, a text
  SevenZip,  // archives that are known and not opened
  Rar,
};

// Bytes from the beginning that container_kind() looks at.
inline constexpr size_t kKindHead = 512;

// The kind of container that starts with `head`: the first kKindHead bytes, or the whole input where it is shorter.
// Text is never taken for a container but a report of apport's: where a signature could be typed, the numbers of the
// header behind it must be there as well.
ContainerKind container_kind(std::string_view head);

// Whether bytes right behind the end of a compressed stream of that kind begin another one of it: gzip members, xz
// streams and zstd frames may follow each other, and mean their contents one after the other.
bool continues(ContainerKind kind, std::string_view head);

bool is_compression(ContainerKind kind);
bool is_archive(ContainerKind kind);  // of those that can be opened
// "gzip", "tar", "7z".
std::string_view name(ContainerKind kind);
// ".gz"; empty for what is no compression.
std::string_view suffix(ContainerKind kind);

}  // namespace inquest::evidence
