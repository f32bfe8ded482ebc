#include "evidence/file_source.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include <sys/stat.h>

namespace inquest::evidence {

std::shared_ptr<const File> OpenFiles::find(const void* owner) {
  const std::scoped_lock lock(mutex_);
  for (Slot& slot : slots_) {
    if (slot.owner != owner) continue;
    slot.used = ++uses_;
    return slot.file;
  }
  return nullptr;
}

void OpenFiles::put(const void* owner, std::shared_ptr<const File> file) {
  const std::scoped_lock lock(mutex_);
  *std::ranges::min_element(slots_, {}, &Slot::used) = {owner, std::move(file), ++uses_};
}

void OpenFiles::drop(const void* owner) {
  const std::scoped_lock lock(mutex_);
  for (Slot& slot : slots_) {
    if (slot.owner == owner) slot = {};
  }
}

std::unique_ptr<FileSource> FileSource::of(const File& file, std::string path, uint64_t length,
                                           std::shared_ptr<OpenFiles> open_files) {
  std::unique_ptr<FileSource> source(new FileSource);
  source->path_ = std::move(path);
  source->length_ = length;
  source->open_files_ = std::move(open_files);
  const auto now = stamp(file);
  // Bytes beyond those that were there at first may have been added; those that were there must be the same.
  if (!now || now->size < file.size() || (now->size == file.size() && now->modified != file.modified())) return nullptr;
  source->stamp_ = *now;
  const auto print = source->fingerprint(file);
  if (!print) return nullptr;
  source->fingerprint_ = *print;
  return source;
}

FileSource::~FileSource() { open_files_->drop(this); }

Result<size_t> FileSource::read_at(uint64_t offset, std::span<char> out) {
  std::shared_ptr<const File> file = open_files_->find(this);
  if (!file) {
    auto opened = File::open(path_);
    if (!opened) return fail(std::move(opened.error()));
    file = std::make_shared<const File>(std::move(*opened));
    open_files_->put(this, file);
  }
  if (!unchanged(*file)) {
    open_files_->drop(this);
    return fail(Error{ErrorCode::Failed, "the file changed after it was read", path_, 0, 0});
  }
  if (offset >= length_) return size_t{0};
  return file->read_at(offset, out.first(static_cast<size_t>(std::min<uint64_t>(out.size(), length_ - offset))));
}

std::optional<FileSource::Stamp> FileSource::stamp(const File& file) {
  struct stat st{};
  if (::fstat(file.descriptor(), &st) != 0) return std::nullopt;
  return Stamp{st.st_dev, st.st_ino, static_cast<uint64_t>(st.st_size),
               st.st_mtim.tv_sec * kSecond + st.st_mtim.tv_nsec};
}

std::optional<size_t> FileSource::fingerprint(const File& file) const {
  static constexpr size_t kPart = 4096;
  std::array<char, 2 * kPart> parts{};
  const auto first = static_cast<size_t>(std::min<uint64_t>(kPart, length_));
  const auto last = static_cast<size_t>(std::min<uint64_t>(kPart, length_ - first));
  const auto head = file.read_at(0, std::span(parts).first(first));
  const auto tail = file.read_at(length_ - last, std::span(parts).subspan(first, last));
  if (!head || *head != first || !tail || *tail != last) return std::nullopt;
  return std::hash<std::string_view>()(std::string_view(parts.data(), first + last));
}

bool FileSource::unchanged(const File& file) {
  const auto now = stamp(file);
  if (!now) return false;
  if (*now == stamp_) return true;
  if (now->device != stamp_.device || now->inode != stamp_.inode || now->size <= stamp_.size) return false;
  if (fingerprint(file) != fingerprint_) return false;
  stamp_ = *now;
  return true;
}

}  // namespace inquest::evidence
