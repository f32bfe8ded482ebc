// libarchive, loaded when it is first needed.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"

namespace inquest::evidence {

// Its functions, as its own header declares them, without the "archive_" of their names. Brings libxml2 and ICU with
// it, which is why it is not linked.
struct ArchiveLibrary {
  // Never unloaded. NotFound where it is not installed. May be called by several threads.
  static const Result<ArchiveLibrary>& get();

  decltype(&::archive_read_new) read_new = nullptr;
  decltype(&::archive_read_free) read_free = nullptr;
  decltype(&::archive_read_support_format_zip) read_support_format_zip = nullptr;
  decltype(&::archive_read_support_format_cpio) read_support_format_cpio = nullptr;
  decltype(&::archive_read_support_format_ar) read_support_format_ar = nullptr;
  decltype(&::archive_read_support_format_tar) read_support_format_tar = nullptr;
  decltype(&::archive_read_set_format_option) read_set_format_option = nullptr;
  decltype(&::archive_read_set_callback_data) read_set_callback_data = nullptr;
  decltype(&::archive_read_set_read_callback) read_set_read_callback = nullptr;
  decltype(&::archive_read_set_seek_callback) read_set_seek_callback = nullptr;
  decltype(&::archive_read_set_skip_callback) read_set_skip_callback = nullptr;
  decltype(&::archive_read_open1) read_open1 = nullptr;
  decltype(&::archive_read_next_header) read_next_header = nullptr;
  decltype(&::archive_read_header_position) read_header_position = nullptr;
  decltype(&::archive_read_data_block) read_data_block = nullptr;
  decltype(&::archive_filter_bytes) filter_bytes = nullptr;
  decltype(&::archive_error_string) error_string = nullptr;
  decltype(&::archive_entry_filetype) entry_filetype = nullptr;
  decltype(&::archive_entry_size_is_set) entry_size_is_set = nullptr;
  decltype(&::archive_entry_size) entry_size = nullptr;
  decltype(&::archive_entry_hardlink) entry_hardlink = nullptr;
  decltype(&::archive_entry_pathname) entry_pathname = nullptr;
  decltype(&::archive_entry_mtime_is_set) entry_mtime_is_set = nullptr;
  decltype(&::archive_entry_mtime) entry_mtime = nullptr;
  decltype(&::archive_entry_mtime_nsec) entry_mtime_nsec = nullptr;
  decltype(&::archive_entry_is_encrypted) entry_is_encrypted = nullptr;
};

}  // namespace inquest::evidence
