// Archives and compressed files made in a test, by libarchive's writers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

struct ArchiveEntry {
  enum class Type : uint8_t { File, Folder, Symlink, Hardlink, Fifo };

  std::string name;
  std::string content;  // of a link: its target
  Type type = Type::File;
  int64_t modified = 0;  // seconds since 1970; 0: not set
};

// The bytes of an archive. `format` is a name of archive_write_set_format_by_name(3): "ustar", "pax", "gnutar",
// "v7tar", "zip", "newc", "cpio", "argnu", "7zip". With a password, the members of a zip are encrypted.
std::string make_archive(std::string_view format, std::span<const ArchiveEntry> entries,
                         std::string_view password = {});
inline std::string make_archive(std::string_view format, std::initializer_list<ArchiveEntry> entries) {
  return make_archive(format, std::vector<ArchiveEntry>(entries));
}

// `filter` is a name of archive_write_add_filter_by_name(3): "gzip", "xz", "zstd", "bzip2", "lz4".
std::string compress(std::string_view filter, std::string_view bytes);

}  // namespace inquest
