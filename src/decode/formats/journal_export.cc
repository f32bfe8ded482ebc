// The journal export format: `journalctl -o export`, systemd-journal-upload, systemd-journal-gatewayd.
// docs/formats/journal_export.md
#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "decode/decoder.h"
#include "decode/journal_entry.h"

namespace inquest::decode {
namespace {

constexpr size_t kLongestName = 64;  // journal_field_valid() in systemd's src/libsystemd/sd-journal/journal-file.c
constexpr uint64_t kLongestKept = 1 << 20;
constexpr size_t kLongestLine = kLongestName + 1 + kLongestKept;
constexpr uint64_t kLargest = 768 << 20;  // DATA_SIZE_MAX in systemd's src/basic/journal-importer.h

bool field_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && (name[0] < '0' || name[0] > '9') &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

Claim sniff(const Head& head) {
  bool time = false;
  bool place = false;
  for (const std::string_view line : head.lines()) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || !field_name(line.substr(0, equals))) continue;
    const std::string_view name = line.substr(0, equals);
    if (name == "__REALTIME_TIMESTAMP") time = time || parse_int<uint64_t>(line.substr(equals + 1)).has_value();
    if (name == "__CURSOR" || name == "_BOOT_ID") place = true;
  }
  return time && place ? Claim::Certain : Claim::No;
}

// Holds one field at a time, and of an entry only what becomes of it.
class JournalExport : public Reader {
 public:
  explicit JournalExport(Sink& sink) : sink_(sink), recorder_(sink) {}

  void feed(std::string_view bytes) override {
    buffer_ += bytes;
    while (step()) {
    }
    buffer_.erase(0, at_);
    base_ += at_;
    scanned_ = scanned_ > at_ ? scanned_ - at_ : 0;
    at_ = 0;
  }

  void finish() override {
    last_ = true;
    while (step()) {
    }
    if (skip_ > 1)
      sink_.problem({offset(), 0, 0}, "the export breaks off in a field");  // 1: only the last newline is missing
    end_entry();
    recorder_.finish();
  }

 private:
  uint64_t offset() const { return base_ + at_; }
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  // Takes the next field, or what can be had of it. False where more bytes are needed.
  bool step() {
    if (skip_ != 0) return skip();
    if (in_long_line_) return long_line();
    if (at_ == buffer_.size()) return false;
    scanned_ = std::max(scanned_, at_);
    size_t end = buffer_.find('\n', scanned_);
    if ((end == std::string::npos ? buffer_.size() : end) - at_ > kLongestLine) {
      problem(kLongestName, "a field of more than 1 MiB was skipped");
      in_long_line_ = true;
      return true;
    }
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      if (!last_) return false;
      end = buffer_.size();
    }
    const std::string_view line = rest().substr(0, end - at_);
    if (line.empty()) {
      end_entry();
      advance(1);
      return true;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos && field_name(line)) return binary(line);
    if (equals == std::string_view::npos || !field_name(line.substr(0, equals))) {
      problem(line.size(), "bytes that are no journal field");
    } else {
      text(line, equals);
    }
    advance(line.size() + 1);
    return true;
  }

  void text(std::string_view line, size_t equals) {
    const std::string_view name = line.substr(0, equals);
    const Place place{offset(), static_cast<uint32_t>(line.size()), 0};
    const bool message = name == "MESSAGE" && !entry_.has_message;
    field(name, line.substr(equals + 1), place.offset, line.size());
    if (message) {
      entry_.text = place;
      entry_.text_at = static_cast<uint32_t>(equals + 1);
    }
  }

  // NAME, a newline, the size as 64 bits little-endian, the data, a newline.
  bool binary(std::string_view name) {
    const size_t header = name.size() + 1 + sizeof(uint64_t);
    if (rest().size() < header) return more_or_cut();
    Cursor cursor(rest().substr(name.size() + 1));
    const uint64_t size = *cursor.read<uint64_t>();
    if (size > kLargest) return damaged(name);
    if (size > kLongestKept) {
      problem(name.size(), "a field of more than 1 MiB was skipped");
      advance(header);
      skip_ = size + 1;  // with the newline
      return true;
    }
    const size_t whole = header + size;
    if (rest().size() < whole + 1 && !(last_ && rest().size() == whole)) return more_or_cut();
    if (rest().size() > whole && rest()[whole] != '\n') return damaged(name);
    const std::string_view value = rest().substr(header, size);
    const bool message = name == "MESSAGE" && !entry_.has_message;
    field(name, value, offset(), whole);
    // The data stands in the evidence as it is. A line end is none of the message's.
    const size_t shown = value.find_last_not_of("\r\n") + 1;
    if (message && shown != 0) entry_.text = Place{offset() + header, static_cast<uint32_t>(shown), 0};
    advance(whole + 1);
    return true;
  }

  // A field of the entry, of so many bytes from there.
  void field(std::string_view name, std::string_view value, uint64_t from, uint64_t length) {
    // Neither is in an entry twice: the empty line between two entries is lost.
    const bool again = (name == "__CURSOR" && has_cursor_) || (name == "__REALTIME_TIMESTAMP" && entry_.realtime);
    if (again) {
      sink_.problem({from, 0, 0}, "two journal entries without an empty line between them");
      end_entry();
    }
    if (!open_) entry_.whole.offset = from;
    open_ = true;
    has_cursor_ = has_cursor_ || name == "__CURSOR";
    const uint64_t all = from + length - entry_.whole.offset;
    entry_.whole.length = static_cast<uint32_t>(std::min<uint64_t>(all, std::numeric_limits<uint32_t>::max()));
    entry_.set(name, value);
  }

  void end_entry() {
    if (open_) recorder_.record(entry_);
    entry_.clear();
    open_ = false;
    has_cursor_ = false;
  }

  bool skip() {
    const uint64_t available = rest().size();
    if (available == 0) return false;
    if (available >= skip_) {
      const size_t newline = skip_ - 1;
      if (rest()[newline] != '\n') problem(0, "the length of the field before here is damaged: entries may be lost");
    }
    const uint64_t used = std::min(available, skip_);
    skip_ -= used;
    advance(used);
    return true;
  }

  bool long_line() {
    if (rest().empty()) return false;
    const size_t end = rest().find('\n');
    in_long_line_ = end == std::string_view::npos;
    advance(in_long_line_ ? rest().size() : end + 1);
    return true;
  }

  // The bytes end inside a binary field.
  bool more_or_cut() {
    if (!last_) return false;
    problem(0, "the export breaks off in a field");
    advance(rest().size());
    return true;
  }

  // A binary field whose length can't be true: what follows is read as if it were text, so that the next entry is
  // found.
  bool damaged(std::string_view name) {
    problem(name.size(), "a binary field whose length is damaged");
    advance(name.size() + 1);
    return true;
  }

  void problem(size_t length, std::string_view message) {
    sink_.problem({offset(), static_cast<uint32_t>(length), 0}, message);
  }

  void advance(size_t count) { at_ = std::min(at_ + count, buffer_.size()); }

  Sink& sink_;
  JournalRecorder recorder_;
  JournalEntry entry_;
  std::string buffer_;  // what is not yet understood
  uint64_t base_ = 0;   // its offset in the evidence
  size_t at_ = 0;       // the next byte in it
  size_t scanned_ = 0;  // it has no newline between at_ and here
  uint64_t skip_ = 0;   // bytes of a large field to pass over
  bool in_long_line_ = false;
  bool last_ = false;  // no more bytes will come
  bool open_ = false;  // the entry has a field
  bool has_cursor_ = false;
};

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<JournalExport>(sink); }

}  // namespace

extern const Decoder journal_export_decoder;
const Decoder journal_export_decoder = {"journal_export", "journalctl -o export", sniff, open};

}  // namespace inquest::decode
