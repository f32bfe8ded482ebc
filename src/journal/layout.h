// Where what lies in a journal file. Facts from systemd v252, src/libsystemd/sd-journal/journal-def.h and
// docs/JOURNAL_FILE_FORMAT.md; offsets are from an object's (or the file's) first byte, numbers are little-endian.
#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace inquest::journal {

inline constexpr std::string_view kSignature = "LPKSHHRH";

enum class ObjectType : uint8_t { Unused, Data, Field, Entry, DataHashTable, FieldHashTable, EntryArray, Tag };

inline constexpr uint64_t kObjectHeader = 16;  // type, flags, six reserved bytes, size
inline constexpr uint64_t kEntryItems = 64;
inline constexpr uint64_t kFieldPayload = 40;
inline constexpr uint64_t kArrayItems = 24;
inline constexpr uint64_t kTagSize = 64;

// Object flags: how a data object's payload is compressed.
inline constexpr uint8_t kXz = 1;
inline constexpr uint8_t kLz4 = 2;
inline constexpr uint8_t kZstd = 4;

// Incompatible flags of the file header.
inline constexpr uint32_t kKeyedHash = 4;
inline constexpr uint32_t kCompact = 16;
inline constexpr uint32_t kAllIncompatible = 31;

// What differs between regular and compact files.
struct Layout {
  bool compact = false;
  uint64_t data_payload() const { return compact ? 72 : 64; }
  uint64_t entry_item() const { return compact ? 4 : 16; }
  uint64_t array_item() const { return compact ? 4 : 8; }
};

template <std::unsigned_integral T>
T load(const char* from) {
  T value{};
  std::memcpy(&value, from, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  return value;
}

// The next multiple of eight: objects begin there. Wraps only for offsets that no file has.
constexpr uint64_t aligned(uint64_t offset) { return (offset + 7) & ~uint64_t{7}; }

// A machine, boot, file or sequence number id.
struct Id128 {
  uint64_t high = 0;  // the first eight bytes, as a big-endian number
  uint64_t low = 0;

  static Id128 read(const char* from) {
    Id128 id{load<uint64_t>(from), load<uint64_t>(from + 8)};
    id.high = __builtin_bswap64(id.high);
    id.low = __builtin_bswap64(id.low);
    return id;
  }
  bool null() const { return (high | low) == 0; }
  // 32 lower-case hexadecimal digits.
  std::string text() const;
  friend auto operator<=>(const Id128&, const Id128&) = default;
};

// systemd's VALID_REALTIME and VALID_MONOTONIC (src/basic/time-util.h): microseconds below 2^55.
inline constexpr uint64_t kTimeLimit = uint64_t{1} << 55;

// Whether it may be a field's name: upper-case letters, digits, underscores; no digit first; at most 64.
bool field_name(std::string_view name);

}  // namespace inquest::journal
