#include "evidence/archive.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "evidence/archive_library.h"
#include "evidence/member_name.h"

namespace inquest::evidence {
namespace {

constexpr size_t kBuffer = 256 * 1024;
// libarchive drops what it got out of the piece of a zip in which it comes to a damaged place, so the pieces are small.
constexpr size_t kZipBuffer = 8 * 1024;
// Of one member; a sparse file of more is not evidence but a trap, or lastlog.
constexpr uint64_t kMostHoles = 64 << 20;
// A zip's directory is read into memory as a whole. This is enough for more members than a walk may visit.
constexpr uint64_t kLongestDirectory = 64 << 20;
// A zip is opened anew behind each damaged member, so this bounds the time.
constexpr unsigned kMostReopened = 20;

// A tar whose first header is damaged would not be taken for one. A block of zeros before it is, and means nothing.
constexpr std::array<char, 512> kNothing{};

// libarchive converts names to the locale's character set, and gives none where that fails: as it does for every name
// beyond ASCII in the C locale, in which programs start.
class Utf8Names {
 public:
  Utf8Names() : names_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (names_ != nullptr) before_ = ::uselocale(names_);
  }
  ~Utf8Names() {
    if (names_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(names_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t names_;
  locale_t before_ = nullptr;
};

Error too_many_holes() {
  return {
      ErrorCode::Limit,
      fmt::format("a sparse file with more than {} MiB of holes, which is the limit: unpack it yourself and give the "
                  "folder",
                  kMostHoles >> 20),
      {},
      0,
      0};
}

// Only where opening one has shown that it is there.
const ArchiveLibrary& library() { return *ArchiveLibrary::get(); }

struct Free {
  void operator()(archive* reader) const { library().read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

}  // namespace

class Archive::State : public Bytes {
 public:
  State(ContainerKind kind, Bytes& bytes, Expansion& account)
      : kind_(kind), stream_(&bytes), account_(account), buffer_(kBuffer, '\0') {
    open();
  }
  State(model::ByteSource& bytes, uint64_t size, Expansion& account)
      : kind_(ContainerKind::Zip), random_(&bytes), size_(size), account_(account), buffer_(kZipBuffer, '\0') {
    open();
  }

  Result<std::optional<Member>> next();
  Result<size_t> read(std::span<char> out) override;

 private:
  // What libarchive calls.
  static la_ssize_t give(archive* reader, void* self, const void** bytes);
  static la_int64_t seek(archive* reader, void* self, la_int64_t offset, int whence);
  static la_int64_t skip(archive* reader, void* self, la_int64_t count);

  void open();
  void reopen();
  Result<std::span<const char>> more();
  std::optional<Member> describe(archive_entry* entry) const;
  void load_block();
  uint64_t header_position() const;
  Error error(ErrorCode code) const;

  ContainerKind kind_;
  Bytes* stream_ = nullptr;
  model::ByteSource* random_ = nullptr;
  uint64_t size_ = 0;  // of random_
  Expansion& account_;

  Reader reader_;
  std::string buffer_;
  bool started_ = false;          // stream_ has been read from
  uint64_t offset_ = 0;           // of the next byte for libarchive
  uint64_t consumed_ = 0;         // bytes read in all
  uint64_t directory_until_ = 0;  // bytes that may be read before the first member is known; 0 no limit
  uint64_t entries_ = 0;          // headers seen
  unsigned reopened_ = 0;
  bool dead_ = false;  // libarchive gave up on reader_
  std::optional<Error> source_error_;
  std::optional<Error> damage_;  // the first that did not end it

  // The current member.
  std::span<const char> block_;
  uint64_t block_at_ = 0;
  uint64_t position_ = 0;
  uint64_t holes_ = 0;
  bool last_block_ = false;
  bool member_ended_ = true;
  std::optional<Error> member_damage_;  // told at its end
  std::optional<Error> member_error_;   // ended it
};

void Archive::State::open() {
  if (const auto& loaded = ArchiveLibrary::get(); !loaded) {
    source_error_ = loaded.error();
    dead_ = true;
    return;
  }
  reader_.reset(library().read_new());
  offset_ = 0;
  dead_ = reader_ == nullptr;
  if (dead_) return;
  archive* reader = reader_.get();
  switch (kind_) {
    case ContainerKind::Zip: library().read_support_format_zip(reader); break;
    case ContainerKind::Cpio: library().read_support_format_cpio(reader); break;
    case ContainerKind::Ar: library().read_support_format_ar(reader); break;
    default:
      library().read_support_format_tar(reader);
      // Blocks of zeros end a tar, but they are also what a power cut leaves in one.
      library().read_set_format_option(reader, "tar", "read_concatenated_archives", "1");
  }
  library().read_set_callback_data(reader, this);
  library().read_set_read_callback(reader, give);
  if (random_ != nullptr) {
    library().read_set_seek_callback(reader, seek);
    library().read_set_skip_callback(reader, skip);
    directory_until_ = consumed_ + kLongestDirectory;
  }
  dead_ = library().read_open1(reader) < ARCHIVE_WARN;
}

// Opens a zip again and goes to where it was: a reader that met damage reads nothing any more.
void Archive::State::reopen() {
  const uint64_t seen = entries_;
  ++reopened_;
  open();
  archive_entry* entry = nullptr;
  for (entries_ = 0; !dead_ && entries_ < seen; ++entries_) {
    dead_ = library().read_next_header(reader_.get(), &entry) < ARCHIVE_WARN;
    directory_until_ = 0;
  }
}

la_int64_t Archive::State::seek(archive* /*reader*/, void* self, la_int64_t offset, int whence) {
  State& state = *static_cast<State*>(self);
  const uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? state.offset_ : state.size_;
  const auto wanted = checked_add(static_cast<int64_t>(base), static_cast<int64_t>(offset));
  if (!wanted || *wanted < 0) return ARCHIVE_FATAL;
  state.offset_ = static_cast<uint64_t>(*wanted);
  return *wanted;
}

la_int64_t Archive::State::skip(archive* /*reader*/, void* self, la_int64_t count) {
  State& state = *static_cast<State*>(self);
  const uint64_t left = state.size_ - std::min(state.offset_, state.size_);
  const auto skipped =
      static_cast<la_int64_t>(std::min<uint64_t>(static_cast<uint64_t>(std::max<la_int64_t>(count, 0)), left));
  state.offset_ += static_cast<uint64_t>(skipped);
  return skipped;
}

la_ssize_t Archive::State::give(archive* /*reader*/, void* self, const void** bytes) {
  State& state = *static_cast<State*>(self);
  const auto got = state.more();
  if (!got) {
    // To libarchive this is the end, so that it still gives out what it holds; the reason is told when it is done.
    if (!state.source_error_) state.source_error_ = got.error();
    return 0;
  }
  *bytes = got->data();
  return static_cast<la_ssize_t>(got->size());
}

Result<std::span<const char>> Archive::State::more() {
  if (!std::exchange(started_, true) && kind_ == ContainerKind::Tar) return std::span<const char>(kNothing);
  if (directory_until_ != 0 && consumed_ >= directory_until_) {
    return fail(ErrorCode::Limit,
                fmt::format("the archive's directory is longer than {} MiB, which is the limit: unpack it yourself "
                            "and give the folder",
                            kLongestDirectory >> 20));
  }
  const auto got = random_ != nullptr ? random_->read_at(offset_, buffer_) : stream_->read(buffer_);
  if (!got) return fail(got.error());
  offset_ += *got;
  // What is read twice went in once.
  const uint64_t before = consumed_;
  consumed_ += *got;
  if (random_ == nullptr) {
    account_.consumed(*got);
  } else {
    account_.consumed(std::min(consumed_, size_) - std::min(before, size_));
  }
  return std::span<const char>(buffer_).first(*got);
}

uint64_t Archive::State::header_position() const {
  const la_int64_t position = library().read_header_position(reader_.get());
  const auto added = static_cast<la_int64_t>(kind_ == ContainerKind::Tar ? kNothing.size() : 0);
  return position > added ? static_cast<uint64_t>(position - added) : 0;
}

Error Archive::State::error(ErrorCode code) const {
  if (source_error_) return *source_error_;
  if (reader_ == nullptr) return {ErrorCode::Failed, "not enough memory to open it", {}, 0, 0};
  const char* text = library().error_string(reader_.get());
  return {
      code,
      fmt::format("the {} archive is damaged or cut off: {}", name(kind_), text != nullptr ? text : "no reason given"),
      {},
      header_position(),
      0};
}

Result<std::optional<Member>> Archive::State::next() {
  if (dead_ && kind_ == ContainerKind::Zip && entries_ > 0 && reopened_ < kMostReopened) reopen();
  const Utf8Names utf8;
  la_int64_t last_retry = -1;
  while (!dead_) {
    archive_entry* entry = nullptr;
    const int result = library().read_next_header(reader_.get(), &entry);
    if (result == ARCHIVE_EOF) {
      if (source_error_) return fail(*source_error_);
      if (damage_) return fail(*damage_);
      return std::optional<Member>();
    }
    if (result == ARCHIVE_RETRY) {
      if (!damage_) {
        damage_ = Error{ErrorCode::Malformed,
                        "a header in the archive is damaged: read on from the next one that is sound",
                        {},
                        header_position(),
                        0};
      }
      const la_int64_t position = library().filter_bytes(reader_.get(), 0);
      if (position <= last_retry) break;
      last_retry = position;
      continue;
    }
    if (result < ARCHIVE_WARN) break;
    directory_until_ = 0;
    ++entries_;
    auto member = describe(entry);
    if (!member) continue;
    block_ = {};
    position_ = holes_ = block_at_ = 0;
    last_block_ = member_ended_ = false;
    member_damage_.reset();
    member_error_.reset();
    return member;
  }
  dead_ = true;
  // Damage that was stepped over came before the one that ended it.
  if (damage_ && !source_error_) return fail(*damage_);
  return fail(error(ErrorCode::Malformed));
}

// Nothing for what has no contents.
std::optional<Member> Archive::State::describe(archive_entry* entry) const {
  const auto type = library().entry_filetype(entry);
  if (type != AE_IFREG && type != 0) return std::nullopt;
  const la_int64_t size = library().entry_size_is_set(entry) != 0 ? library().entry_size(entry) : 0;
  if (library().entry_hardlink(entry) != nullptr && size <= 0) return std::nullopt;
  Member member;
  const char* raw = library().entry_pathname(entry);
  member.name = member_name(raw != nullptr ? raw : "");
  if (size > 0) member.size = static_cast<uint64_t>(size);
  if (library().entry_mtime_is_set(entry) != 0) {
    const auto seconds = checked_mul<Ns>(library().entry_mtime(entry), kSecond);
    if (seconds) member.modified = checked_add<Ns>(*seconds, library().entry_mtime_nsec(entry)).value_or(0);
  }
  member.encrypted = library().entry_is_encrypted(entry) != 0;
  return member;
}

// Not with archive_read_data(): where that comes to a damaged place, it drops what it had copied before.
Result<size_t> Archive::State::read(std::span<char> out) {
  size_t done = 0;
  while (done < out.size() && !member_ended_ && !member_error_) {
    const size_t room = out.size() - done;
    size_t count = 0;
    if (position_ < block_at_) {
      count = static_cast<size_t>(std::min<uint64_t>(block_at_ - position_, room));
      count = static_cast<size_t>(std::min<uint64_t>(count, kMostHoles - holes_));
      std::memset(out.data() + done, 0, count);
      holes_ += count;
      if (count == 0) member_error_ = too_many_holes();
    } else if (!block_.empty()) {
      count = std::min(block_.size(), room);
      std::memcpy(out.data() + done, block_.data(), count);
      block_ = block_.subspan(count);
      block_at_ += count;
    } else {
      load_block();
    }
    done += count;
    position_ += count;
  }
  account_.produced(done);
  if (!member_error_) member_error_ = account_.stopped();
  if (done > 0 || !member_error_) return done;
  Error failure = *member_error_;
  failure.offset = position_;
  return fail(std::move(failure));
}

// The next piece of the current member into block_, with what is wrong with it.
void Archive::State::load_block() {
  if (last_block_) {
    member_ended_ = true;
    member_error_ = member_damage_;
    return;
  }
  const void* data = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  const int result = library().read_data_block(reader_.get(), &data, &size, &offset);
  if (result == ARCHIVE_FATAL) dead_ = true;
  if (result != ARCHIVE_OK && result != ARCHIVE_EOF && result != ARCHIVE_WARN) {
    member_error_ = error(ErrorCode::Malformed);
    return;
  }
  // A wrong checksum comes as a warning, together with the last bytes.
  if (result == ARCHIVE_WARN) member_damage_ = error(ErrorCode::Malformed);
  last_block_ = result == ARCHIVE_EOF;
  if (last_block_) size = 0;
  // Behind the last block lies the hole that ends a sparse file, if any; otherwise formats give what they like there.
  if (offset < 0 || std::cmp_less(offset, position_)) {
    if (last_block_) return;
    member_error_ = Error{ErrorCode::Malformed, "the archive gives its contents in a wrong order", {}, 0, 0};
    return;
  }
  block_ = std::span(static_cast<const char*>(data), size);
  block_at_ = static_cast<uint64_t>(offset);
}

Archive::Archive(ContainerKind kind, Bytes& bytes, Expansion& account)
    : state_(std::make_unique<State>(kind, bytes, account)) {}
Archive::Archive(model::ByteSource& bytes, uint64_t size, Expansion& account)
    : state_(std::make_unique<State>(bytes, size, account)) {}
Archive::~Archive() = default;

Result<std::optional<Member>> Archive::next() { return state_->next(); }
Bytes& Archive::contents() { return *state_; }

}  // namespace inquest::evidence
