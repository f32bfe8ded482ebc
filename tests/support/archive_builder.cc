#include "support/archive_builder.h"

#include <clocale>
#include <cstdlib>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include <fmt/format.h>

namespace inquest {
namespace {

// A builder that fails is a fault of the test, not of what it tests.
void require(archive* writer, int result) {
  if (result >= ARCHIVE_WARN) return;
  fmt::print(stderr, "archive_builder: {}\n", ::archive_error_string(writer));
  std::abort();
}

la_ssize_t append(archive* /*writer*/, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

struct Free {
  void operator()(archive* writer) const { ::archive_write_free(writer); }
  void operator()(archive_entry* entry) const { ::archive_entry_free(entry); }
};
// libarchive's writers crash on names beyond ASCII in the C locale.
class Utf8Names {
 public:
  Utf8Names() : names_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(names_)) {}
  ~Utf8Names() {
    ::uselocale(before_);
    ::freelocale(names_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t names_;
  locale_t before_;
};

using Writer = std::unique_ptr<archive, Free>;

void open(archive* writer, std::string& into) {
  ::archive_write_set_bytes_in_last_block(writer, 1);
  require(writer, ::archive_write_open2(writer, &into, nullptr, append, nullptr, nullptr));
}

void add(archive* writer, const ArchiveEntry& from) {
  const std::unique_ptr<archive_entry, Free> entry(::archive_entry_new());
  ::archive_entry_set_pathname_utf8(entry.get(), from.name.c_str());
  ::archive_entry_set_perm(entry.get(), 0644);
  if (from.modified != 0) ::archive_entry_set_mtime(entry.get(), from.modified, 0);
  switch (from.type) {
    case ArchiveEntry::Type::File:
      ::archive_entry_set_filetype(entry.get(), AE_IFREG);
      ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(from.content.size()));
      break;
    case ArchiveEntry::Type::Folder: ::archive_entry_set_filetype(entry.get(), AE_IFDIR); break;
    case ArchiveEntry::Type::Fifo: ::archive_entry_set_filetype(entry.get(), AE_IFIFO); break;
    case ArchiveEntry::Type::Symlink:
      ::archive_entry_set_filetype(entry.get(), AE_IFLNK);
      ::archive_entry_set_symlink(entry.get(), from.content.c_str());
      break;
    case ArchiveEntry::Type::Hardlink:
      ::archive_entry_set_filetype(entry.get(), AE_IFREG);
      ::archive_entry_set_hardlink(entry.get(), from.content.c_str());
      break;
  }
  require(writer, ::archive_write_header(writer, entry.get()));
  if (from.type != ArchiveEntry::Type::File) return;
  const la_ssize_t written = ::archive_write_data(writer, from.content.data(), from.content.size());
  require(writer, written < 0 ? static_cast<int>(written) : ARCHIVE_OK);
}

}  // namespace

std::string make_archive(std::string_view format, std::span<const ArchiveEntry> entries, std::string_view password) {
  const Utf8Names utf8;
  std::string bytes;
  const Writer writer(::archive_write_new());
  require(writer.get(), ::archive_write_set_format_by_name(writer.get(), std::string(format).c_str()));
  if (!password.empty()) {
    require(writer.get(), ::archive_write_set_format_option(writer.get(), "zip", "encryption", "traditional"));
    require(writer.get(), ::archive_write_set_passphrase(writer.get(), std::string(password).c_str()));
  }
  open(writer.get(), bytes);
  for (const ArchiveEntry& entry : entries) add(writer.get(), entry);
  require(writer.get(), ::archive_write_close(writer.get()));
  return bytes;
}

std::string compress(std::string_view filter, std::string_view bytes) {
  std::string out;
  const Writer writer(::archive_write_new());
  require(writer.get(), ::archive_write_set_format_raw(writer.get()));
  require(writer.get(), ::archive_write_add_filter_by_name(writer.get(), std::string(filter).c_str()));
  open(writer.get(), out);
  add(writer.get(), {"data", std::string(bytes)});
  require(writer.get(), ::archive_write_close(writer.get()));
  return out;
}

}  // namespace inquest
