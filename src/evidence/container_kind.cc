#include "evidence/container_kind.h"

#include <algorithm>
#include <utility>

#include "evidence/apport_report.h"
#include "evidence/pstore_record.h"

namespace inquest::evidence {
namespace {

using namespace std::string_view_literals;

// Numbers in tar headers: octal digits, blanks before and blanks or NULs behind. GNU tar writes large ones in binary
// with the first bit set; those have no value here but are well-formed.
struct TarNumber {
  bool valid = false;
  uint64_t value = 0;
};

TarNumber tar_number(std::string_view field) {
  if (!field.empty() && (static_cast<uint8_t>(field[0]) & 0x80) != 0) return {true, 0};
  const size_t first = field.find_first_not_of(' ');
  if (first == std::string_view::npos) return {true, 0};
  field.remove_prefix(first);
  const size_t digits = std::min(field.find_first_not_of("01234567"sv), field.size());
  if (field.substr(digits).find_first_not_of(" \0"sv) != std::string_view::npos) return {};
  uint64_t value = 0;
  for (const char c : field.substr(0, digits)) value = value << 3 | static_cast<uint64_t>(c - '0');
  return {true, value};
}

// The signature of POSIX tar or of GNU tar. The checksum is not asked for: of an archive whose first header is damaged,
// the rest can still be read.
bool is_tar(std::string_view head) {
  if (head.size() < 265) return false;
  return head.substr(257, 6) == "ustar\0"sv || head.substr(257, 8) == "ustar  \0"sv;
}

// A header of the seventh edition's tar, which has no signature: its checksum and the shape of its numbers stand for
// one.
bool is_old_tar(std::string_view head) {
  static constexpr size_t kChecksum = 148;
  if (head.size() < 512 || head[0] == '\0') return false;
  for (const auto& [offset, length] : {std::pair<size_t, size_t>{100, 8}, {108, 8}, {116, 8}, {124, 12}, {136, 12}}) {
    if (!tar_number(head.substr(offset, length)).valid) return false;
  }
  const char type = head[156];
  if (type != '\0' && (type < '0' || type > '7')) return false;
  const TarNumber stated = tar_number(head.substr(kChecksum, 8));
  uint64_t sum = 0;
  for (size_t i = 0; i < 512; ++i) {
    sum += i >= kChecksum && i < kChecksum + 8 ? uint8_t{' '} : static_cast<uint8_t>(head[i]);
  }
  return stated.valid && stated.value == sum;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_cpio(std::string_view head) {
  if (head.starts_with("070701"sv) || head.starts_with("070702"sv)) {
    return head.size() >= 110 && all_of(head.substr(0, 110), "0123456789abcdefABCDEF");
  }
  return head.starts_with("070707"sv) && head.size() >= 76 && all_of(head.substr(0, 76), "01234567");
}

bool is_ar(std::string_view head) {
  // A member's header of 60 bytes ends with "`\n".
  return head.starts_with("!<arch>\n"sv) && (head.size() == 8 || (head.size() >= 68 && head.substr(66, 2) == "`\n"sv));
}

bool is_bzip2(std::string_view head) {
  if (head.size() < 10 || !head.starts_with("BZh"sv) || head[3] < '1' || head[3] > '9') return false;
  const std::string_view block = head.substr(4, 6);
  return block == "1AY&SY"sv || block == "\x17\x72\x45\x38\x50\x90"sv;  // of a block, or of the end of an empty stream
}

// A frame that zstd and lz4 decoders step over: 0x184D2A50 to 0x184D2A5F, little endian.
bool is_skippable_frame(std::string_view head) {
  return head.size() >= 4 && (static_cast<uint8_t>(head[0]) & 0xF0) == 0x50 && head.substr(1, 3) == "\x2A\x4D\x18"sv;
}

// A byte order mark, and behind it characters that texts have: no control characters but the usual ones.
bool is_utf16(std::string_view head) {
  const bool big = head.starts_with("\xFE\xFF"sv);
  if (head.size() < 4 || (!big && !head.starts_with("\xFF\xFE"sv))) return false;
  bool ascii = false;
  for (size_t i = 2; i + 1 < head.size(); i += 2) {
    const auto high = static_cast<uint8_t>(head[big ? i : i + 1]);
    const auto low = static_cast<uint8_t>(head[big ? i + 1 : i]);
    if (high == 0 && low < 0x20 && low != '\t' && low != '\n' && low != '\r' && low != 0x1B) return false;
    ascii = ascii || high == 0;
  }
  return ascii;
}

}  // namespace

ContainerKind container_kind(std::string_view head) {
  if (head.starts_with("\x1F\x8B\x08"sv)) return ContainerKind::Gzip;
  if (head.starts_with("\xFD"
                       "7zXZ\0"sv)) {
    return ContainerKind::Xz;
  }
  if (head.starts_with("\x28\xB5\x2F\xFD"sv) || is_skippable_frame(head)) return ContainerKind::Zstd;
  if (head.starts_with("\x04\x22\x4D\x18"sv)) return ContainerKind::Lz4;
  if (is_bzip2(head)) return ContainerKind::Bzip2;
  if (head.starts_with("PK\3\4"sv) || head.starts_with("PK\5\6"sv) || head.starts_with("PK\7\10PK"sv)) {
    return ContainerKind::Zip;
  }
  if (head.starts_with("7z\xBC\xAF\x27\x1C"sv)) return ContainerKind::SevenZip;
  if (head.starts_with("Rar!\x1A\x07"sv)) return ContainerKind::Rar;
  if (is_tar(head) || is_old_tar(head)) return ContainerKind::Tar;
  if (is_cpio(head)) return ContainerKind::Cpio;
  if (is_ar(head)) return ContainerKind::Ar;
  if (is_utf16(head)) return ContainerKind::Utf16;
  if (is_apport_report(head)) return ContainerKind::Apport;
  if (is_compressed_pstore_record(head)) return ContainerKind::Deflate;
  return ContainerKind::None;
}

bool continues(ContainerKind kind, std::string_view head) {
  if (kind == ContainerKind::Lz4 && is_skippable_frame(head)) return true;
  if (kind == ContainerKind::Deflate) return is_ecc_note(head);
  if (kind == ContainerKind::Utf16) return false;
  return container_kind(head) == kind;
}

bool is_compression(ContainerKind kind) { return !suffix(kind).empty(); }

bool is_archive(ContainerKind kind) {
  return kind == ContainerKind::Tar || kind == ContainerKind::Zip || kind == ContainerKind::Cpio ||
         kind == ContainerKind::Ar || kind == ContainerKind::Apport;
}

std::string_view name(ContainerKind kind) {
  switch (kind) {
    case ContainerKind::None: return "plain";
    case ContainerKind::Gzip: return "gzip";
    case ContainerKind::Xz: return "xz";
    case ContainerKind::Zstd: return "zstd";
    case ContainerKind::Bzip2: return "bzip2";
    case ContainerKind::Lz4: return "lz4";
    case ContainerKind::Deflate: return "deflate";
    case ContainerKind::Utf16: return "UTF-16";
    case ContainerKind::Tar: return "tar";
    case ContainerKind::Zip: return "zip";
    case ContainerKind::Cpio: return "cpio";
    case ContainerKind::Ar: return "ar";
    case ContainerKind::Apport: return "apport";
    case ContainerKind::SevenZip: return "7z";
    case ContainerKind::Rar: return "rar";
  }
  return "plain";
}

std::string_view suffix(ContainerKind kind) {
  switch (kind) {
    case ContainerKind::Gzip: return ".gz";
    case ContainerKind::Xz: return ".xz";
    case ContainerKind::Zstd: return ".zst";
    case ContainerKind::Bzip2: return ".bz2";
    case ContainerKind::Lz4: return ".lz4";
    case ContainerKind::Deflate: return ".z";
    case ContainerKind::Utf16: return ".utf16";
    default: return "";
  }
}

}  // namespace inquest::evidence
