#include "vmcore/formats/kdump.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/cursor.h"
#include "base/text.h"
#include "vmcore/page_codec.h"

namespace inquest::vmcore {
namespace {

constexpr std::string_view kSignature = "KDUMP   ";
constexpr std::string_view kOldSignature = "DISKDUMP";
constexpr size_t kHeaderSize = 464;     // struct disk_dump_header of 64-bit machines, before tasks[]
constexpr size_t kSubHeaderSize = 104;  // struct kdump_sub_header, version 6
constexpr size_t kDescriptorSize = 24;
constexpr uint32_t kIncomplete = 0x08;  // DUMP_DH_COMPRESSED_INCOMPLETE
constexpr uint64_t kMaxNotes = uint64_t{256} << 20;
constexpr uint64_t kMaxVmcoreInfo = uint64_t{1} << 20;

// The fields of the header that are read, in its order.
struct Main {
  int32_t version;
  int64_t timestamp;
  uint32_t status, block_size, sub_header_blocks, bitmap_blocks, max_mapnr, cpus;
};

struct Sub {
  uint64_t phys_base = 0;
  int32_t dump_level = 0, split = 0;
  uint64_t start_pfn = 0, end_pfn = 0;
  uint64_t vmcoreinfo_offset = 0, vmcoreinfo_size = 0;  // version 3
  uint64_t note_offset = 0, note_size = 0;              // version 4
  uint64_t max_mapnr = 0;                               // version 6
};

std::string word(Cursor& in, size_t size) {
  const auto text = in.take_cstr(size);
  return text ? printable(*text) : std::string();
}

// The cursor holds kHeaderSize bytes, so that no read of it fails.
Main read_main(Cursor& in, DumpHeader& header) {
  Main out{};
  (void)in.skip(kSignature.size());
  out.version = static_cast<int32_t>(*in.read<uint32_t>());
  constexpr size_t kUtsField = 65;
  header.sysname = word(in, kUtsField);
  header.nodename = word(in, kUtsField);
  header.release = word(in, kUtsField);
  header.uts_version = word(in, kUtsField);
  header.machine_name = word(in, kUtsField);
  (void)in.skip(kUtsField + 6);  // the domain, and padding
  out.timestamp = static_cast<int64_t>(*in.read<uint64_t>());
  (void)in.skip(8);
  out.status = *in.read<uint32_t>();
  out.block_size = *in.read<uint32_t>();
  out.sub_header_blocks = *in.read<uint32_t>();
  out.bitmap_blocks = *in.read<uint32_t>();
  out.max_mapnr = *in.read<uint32_t>();
  (void)in.skip(16);
  out.cpus = *in.read<uint32_t>();
  return out;
}

Sub read_sub(Cursor& in, int32_t version) {
  Sub out;
  out.phys_base = *in.read<uint64_t>();
  out.dump_level = static_cast<int32_t>(*in.read<uint32_t>());
  out.split = static_cast<int32_t>(*in.read<uint32_t>());
  out.start_pfn = *in.read<uint64_t>();
  out.end_pfn = *in.read<uint64_t>();
  if (version < 3) return out;
  out.vmcoreinfo_offset = *in.read<uint64_t>();
  out.vmcoreinfo_size = *in.read<uint64_t>();
  if (version < 4) return out;
  out.note_offset = *in.read<uint64_t>();
  out.note_size = *in.read<uint64_t>();
  if (version < 6) return out;
  (void)in.skip(16);  // eraseinfo
  out.start_pfn = *in.read<uint64_t>();
  out.end_pfn = *in.read<uint64_t>();
  out.max_mapnr = *in.read<uint64_t>();
  return out;
}

bool good_page_size(uint32_t size) { return size >= 4096 && size <= 65536 && std::has_single_bit(size); }

Machine machine_of(std::string_view uts_machine) {
  if (uts_machine == "x86_64") return Machine::X86_64;
  if (uts_machine == "aarch64") return Machine::Arm64;
  return Machine::Unknown;
}

// A whole note segment of the file, or nothing with a problem that says why.
void read_notes(const ByteSource& bytes, const Sub& sub, DumpHeader& header) {
  if (sub.note_size != 0) {
    const auto notes = bytes.bytes(sub.note_offset, sub.note_size, kMaxNotes);
    if (notes) {
      header.notes = parse_elf_notes(*notes);
    } else {
      header.problems.push_back(fmt::format("the notes cannot be read: {}", notes.error().message));
    }
  }
  const bool told = std::ranges::any_of(header.notes, [](const ElfNote& n) { return n.name == "VMCOREINFO"; });
  if (told || sub.vmcoreinfo_size == 0) return;
  auto text = bytes.bytes(sub.vmcoreinfo_offset, sub.vmcoreinfo_size, kMaxVmcoreInfo);
  if (text) {
    header.notes.push_back({"VMCOREINFO", 0, std::move(*text)});
  } else {
    header.problems.push_back(fmt::format("VMCOREINFO cannot be read: {}", text.error().message));
  }
}

}  // namespace

bool KdumpFile::sniff(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with(kSignature) || text.starts_with(kOldSignature);
}

Result<std::unique_ptr<KdumpFile>> KdumpFile::open(std::unique_ptr<ByteSource> bytes, DumpHeader& header) {
  std::array<std::byte, kHeaderSize> head{};
  if (const auto got = bytes->read(0, head); !got) return fail(got.error());
  if (std::string_view(reinterpret_cast<const char*>(head.data()), kOldSignature.size()) == kOldSignature) {
    return fail_at(*bytes, 0, ErrorCode::Unsupported, "the diskdump format of 2004 is not read, only kdump-compressed");
  }
  Cursor in(head, bytes->name());
  const Main main = read_main(in, header);
  header.format = "kdump-compressed";
  header.machine = machine_of(header.machine_name);
  if (!good_page_size(main.block_size)) {
    // The same field as a big-endian or a 32-bit machine (whose timestamp is 8 bytes shorter and unaligned) has it.
    const uint32_t swapped = __builtin_bswap32(main.block_size);
    const bool foreign = good_page_size(swapped) || good_page_size(main.status) ||
                         (!header.machine_name.empty() && header.machine == Machine::Unknown);
    if (foreign) {
      return fail_at(*bytes, 424, ErrorCode::Unsupported,
                     fmt::format("a dump of a machine ({}) that is not 64-bit little-endian",
                                 header.machine_name.empty() ? "unknown" : header.machine_name));
    }
    return fail_at(*bytes, 428, ErrorCode::Malformed, fmt::format("a block size of {} bytes", main.block_size));
  }
  header.version = main.version;
  header.timestamp = main.timestamp;
  header.cpus = main.cpus;
  header.incomplete = (main.status & kIncomplete) != 0;
  if (const auto codec = page_codec(main.status)) header.compression = to_string(*codec);

  Sub sub;
  if (main.version >= 1 && main.sub_header_blocks >= 1) {
    std::array<std::byte, kSubHeaderSize> raw{};
    if (const auto got = bytes->read(main.block_size, raw); !got) return fail(got.error());
    Cursor sub_in(raw, bytes->name());
    sub = read_sub(sub_in, main.version);
    header.dump_level = sub.dump_level;
    header.phys_base = static_cast<int64_t>(sub.phys_base);
    read_notes(*bytes, sub, header);
  }

  // Two bitmaps of one size, or, in dumps of which nothing is left out on purpose, perhaps one only.
  const uint64_t max_mapnr = main.version >= 6 && sub.max_mapnr != 0 ? sub.max_mapnr : main.max_mapnr;
  const uint64_t bitmaps_at = (uint64_t{1} + main.sub_header_blocks) * main.block_size;
  const uint64_t bitmaps_size = uint64_t{main.bitmap_blocks} * main.block_size;
  const bool one = max_mapnr != 0 && bitmaps_size < (max_mapnr + 7) / 8 * 2;
  const uint64_t size = one ? bitmaps_size : bitmaps_size / 2;
  PageBitmap memory = PageBitmap::uncounted(*bytes, bitmaps_at, size);
  auto stored = PageBitmap::open(*bytes, one ? bitmaps_at : bitmaps_at + size, size);
  if (!stored) return fail(stored.error());
  if (size == 0 || stored->pages() == 0) {
    return fail_at(*bytes, bitmaps_at, ErrorCode::Truncated, "the dump ends before the bitmap of its pages");
  }
  if (stored->pages() < size * 8) {
    header.incomplete = true;
    header.problems.emplace_back("the file ends inside of the bitmap of its pages");
  }

  std::unique_ptr<KdumpFile> out(new KdumpFile(std::move(bytes), std::move(memory), std::move(*stored)));
  out->page_size_ = main.block_size;
  out->descriptors_ = bitmaps_at + bitmaps_size;
  out->end_pfn_ = out->stored_.pages();
  if (max_mapnr != 0) out->end_pfn_ = std::min(out->end_pfn_, max_mapnr);
  out->last_pfn_ = out->end_pfn_;
  if (sub.split != 0) {
    out->split_ = true;
    out->first_pfn_ = std::min(sub.start_pfn, out->end_pfn_);
    out->last_pfn_ = std::clamp(sub.end_pfn, out->first_pfn_, out->end_pfn_);
    out->rank_of_first_ = out->stored_.rank(out->first_pfn_);
  }
  const uint64_t pages = out->stored_.rank(out->last_pfn_) - out->rank_of_first_;
  if (const std::string_view why = out->missing(pages); !why.empty()) {
    header.incomplete = true;
    header.problems.emplace_back(why);
  }
  return out;
}

std::string_view KdumpFile::missing(uint64_t pages) const {
  // Pages lie in the order of the table, but those of zeros are one, so the last few descriptors tell where the end is.
  constexpr uint64_t kLook = 64;
  const uint64_t look = std::min(pages, kLook);
  const uint64_t table_end = descriptors_ + pages * kDescriptorSize;
  if (table_end > bytes_->size()) return "the file ends inside of the table of its pages";
  const auto raw = bytes_->bytes(table_end - look * kDescriptorSize, look * kDescriptorSize, kLook * kDescriptorSize);
  if (!raw) return "the file ends inside of the table of its pages";
  Cursor in(*raw);
  for (uint64_t i = 0; i < look; ++i) {
    const uint64_t offset = *in.read<uint64_t>();
    const uint32_t size = *in.read<uint32_t>();
    (void)in.skip(12);
    if (offset == 0 || offset > bytes_->size() || size > bytes_->size() - offset) {
      return "the file ends before its last pages";
    }
  }
  return {};
}

Result<void> KdumpFile::load(uint64_t pfn, std::span<std::byte> out) const {
  if (pfn < first_pfn_ || pfn >= last_pfn_ || !stored_.test(pfn)) {
    if (!memory_.test(pfn)) return fail(ErrorCode::NotFound, "the machine has no memory there");
    return fail(ErrorCode::Unsupported, "the page was filtered out of the dump");
  }
  const uint64_t descriptor_at = descriptors_ + (stored_.rank(pfn) - rank_of_first_) * kDescriptorSize;
  std::array<std::byte, kDescriptorSize> raw{};
  if (const auto got = bytes_->read(descriptor_at, raw); !got) return fail(got.error());
  Cursor in(raw);
  const uint64_t offset = *in.read<uint64_t>();
  const uint32_t size = *in.read<uint32_t>();
  const uint32_t flags = *in.read<uint32_t>();

  // An incomplete dump has its table, but the descriptors behind the last page written are zeros.
  if (offset == 0) return fail_at(*bytes_, descriptor_at, ErrorCode::Truncated, "the dump was cut off before the page");
  const auto codec = page_codec(flags);
  if (!codec) return fail_at(*bytes_, descriptor_at, codec.error().code, codec.error().message);
  if (*codec == PageCodec::None && size == page_size_) return bytes_->read(offset, out);

  // No compression makes a page longer than this, and a page that did not shrink is stored as it is.
  std::array<std::byte, 2 * 65536> buffer;
  if (size == 0 || size > 2 * page_size_) {
    return fail_at(*bytes_, descriptor_at, ErrorCode::Malformed, fmt::format("a page of {} bytes", size));
  }
  const std::span<std::byte> packed = std::span(buffer).first(size);
  if (const auto got = bytes_->read(offset, packed); !got) return fail(got.error());
  const auto done = decompress_page(*codec, packed, out);
  return done ? Result<void>() : fail_at(*bytes_, offset, done.error().code, done.error().message);
}

bool KdumpFile::is_memory(uint64_t pfn) const {
  // Bitmaps may be damaged, and what is stored was there.
  return memory_.test(pfn) || (pfn >= first_pfn_ && pfn < last_pfn_ && stored_.test(pfn));
}

std::optional<uint64_t> KdumpFile::next_stored(uint64_t pfn) const {
  const auto next = stored_.next(std::max(pfn, first_pfn_));
  return next && *next < last_pfn_ ? next : std::nullopt;
}

}  // namespace inquest::vmcore
