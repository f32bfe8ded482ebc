#include "evidence/archive_library.h"

#include "base/shared_library.h"

namespace inquest::evidence {
namespace {

Result<ArchiveLibrary> load() {
  auto library = SharedLibrary::load("libarchive.so.13");
  if (!library) return fail(library.error());
  ArchiveLibrary out;
  library->bind(out.read_new, "archive_read_new");
  library->bind(out.read_free, "archive_read_free");
  library->bind(out.read_support_format_zip, "archive_read_support_format_zip");
  library->bind(out.read_support_format_cpio, "archive_read_support_format_cpio");
  library->bind(out.read_support_format_ar, "archive_read_support_format_ar");
  library->bind(out.read_support_format_tar, "archive_read_support_format_tar");
  library->bind(out.read_set_format_option, "archive_read_set_format_option");
  library->bind(out.read_set_callback_data, "archive_read_set_callback_data");
  library->bind(out.read_set_read_callback, "archive_read_set_read_callback");
  library->bind(out.read_set_seek_callback, "archive_read_set_seek_callback");
  library->bind(out.read_set_skip_callback, "archive_read_set_skip_callback");
  library->bind(out.read_open1, "archive_read_open1");
  library->bind(out.read_next_header, "archive_read_next_header");
  library->bind(out.read_header_position, "archive_read_header_position");
  library->bind(out.read_data_block, "archive_read_data_block");
  library->bind(out.filter_bytes, "archive_filter_bytes");
  library->bind(out.error_string, "archive_error_string");
  library->bind(out.entry_filetype, "archive_entry_filetype");
  library->bind(out.entry_size_is_set, "archive_entry_size_is_set");
  library->bind(out.entry_size, "archive_entry_size");
  library->bind(out.entry_hardlink, "archive_entry_hardlink");
  library->bind(out.entry_pathname, "archive_entry_pathname");
  library->bind(out.entry_mtime_is_set, "archive_entry_mtime_is_set");
  library->bind(out.entry_mtime, "archive_entry_mtime");
  library->bind(out.entry_mtime_nsec, "archive_entry_mtime_nsec");
  library->bind(out.entry_is_encrypted, "archive_entry_is_encrypted");
  if (const auto complete = library->complete(); !complete) return fail(complete.error());
  return out;
}

}  // namespace

const Result<ArchiveLibrary>& ArchiveLibrary::get() {
  static const Result<ArchiveLibrary> loaded = load();
  return loaded;
}

}  // namespace inquest::evidence
